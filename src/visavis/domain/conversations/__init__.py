"""Conversations: what was said, by whom, and what is still to do."""
