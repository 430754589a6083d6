"""Dispatch: the shell around engine.routing; puts conversations on desks, with the reasons."""
