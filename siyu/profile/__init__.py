"""Profiles: which of several statements about a customer is shown."""
