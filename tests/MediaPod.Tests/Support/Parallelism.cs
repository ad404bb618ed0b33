// Metrics are listened to by process: two pods at a time would count for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
