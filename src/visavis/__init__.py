"""Vis-à-vis, a contact centre for the people on both sides of the line."""

__version__ = "0.1.0"
