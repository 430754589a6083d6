"""Measures of the product, each with one command: `python -m benchmarks`."""
