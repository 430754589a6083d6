"""What people may do with what we keep of them: see it, take it away, have it erased."""
