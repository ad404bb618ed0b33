// One story on one cluster.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
