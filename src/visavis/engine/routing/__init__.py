"""Routing: who takes whom, and why."""

from .decisions import decide
from .explanations import (
    NOT_COUNTED,
    Candidate,
    Explanation,
    Missing,
    ObstacleCode,
    Reason,
    ReasonCode,
    candidate,
    explain,
    missing,
    why_not,
)
from .pictures import Picture, UnreadablePicture, picture, reopen
from .policy import Policy, UnfitPolicy, Weights
from .values import Contact, Decision, Desk, Snapshot

__all__ = [
    "NOT_COUNTED",
    "Candidate",
    "Contact",
    "Decision",
    "Desk",
    "Explanation",
    "Missing",
    "ObstacleCode",
    "Picture",
    "Policy",
    "Reason",
    "ReasonCode",
    "Snapshot",
    "UnfitPolicy",
    "UnreadablePicture",
    "Weights",
    "candidate",
    "decide",
    "explain",
    "missing",
    "picture",
    "reopen",
    "why_not",
]
