"""Exports fetched from outside into ``raw/``; how they are read is told by ``siyu.ingest``."""
