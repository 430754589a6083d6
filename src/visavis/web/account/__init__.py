"""Signing in, invitations, passwords, one's own settings and sessions."""
