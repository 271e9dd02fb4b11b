"""The domain of Siyu: pure functions on frames that know how; no orchestrator, environment or clock."""
