"""Which tables Siyu makes: thin Dagster assets that read, call one domain function and write."""
