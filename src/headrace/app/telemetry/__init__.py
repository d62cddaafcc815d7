"""What a server tells of itself: numbers for Prometheus, traces, and whether it is ready."""
