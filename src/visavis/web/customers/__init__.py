"""One customer's record: what they are known by, how they prove it, and who else they may be."""
