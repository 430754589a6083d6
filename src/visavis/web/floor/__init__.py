"""Le plateau: who waits and since when, who is there; no ranking, no duration per person."""
