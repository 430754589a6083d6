"""Filters of the people: words for roles and levels."""
