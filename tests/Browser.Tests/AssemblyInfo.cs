// Four browsers at once are what two cores carry: one test after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
