"""Intake: who may write, how often, and who is kept out."""
