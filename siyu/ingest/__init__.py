"""Reading channel exports: from a file as downloaded to a typed Parquet in ``landing/``."""
