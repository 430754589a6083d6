"""Presence: who is there, and what they are doing."""
