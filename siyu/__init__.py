"""The domain of Siyu: pure functions on frames; no orchestrator, environment or clock."""
