"""Bytes: content-addressed and chunked in the database by default."""
