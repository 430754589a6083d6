"""Promises: what we owe, to whom, by when."""
