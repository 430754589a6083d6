"""E-mail: what comes in as letters, and what leaves as such."""
