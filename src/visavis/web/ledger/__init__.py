"""The ledger of the mail: what came, what became of it, and why."""
