"""Vis-à-vis: a contact centre where people talk to people."""

__version__ = "0.1.0"
