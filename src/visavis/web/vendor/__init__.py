"""Third-party browser files; see README.md."""
