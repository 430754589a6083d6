"""The floor: who waits and who is there, as of now."""
