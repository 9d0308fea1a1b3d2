"""Readers: files in, papers out. See `ingest.readers.registry.read_path`."""
