"""Flows: several areas in one transaction; each reads like a table of contents."""
