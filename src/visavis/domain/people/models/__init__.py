"""Tables of the people and of the houses they belong to."""

from .advisers import Adviser, AdviserSkill, Invitation, Role
from .customers import (
    ContractFact,
    Customer,
    CustomerMerge,
    HandMeans,
    Identity,
    IdentityKind,
    SelfStatement,
)
from .houses import Brand, PriceClass, Site, Skill, Team
from .tokens import BrandToken

__all__ = [
    "Adviser",
    "AdviserSkill",
    "Brand",
    "BrandToken",
    "ContractFact",
    "Customer",
    "CustomerMerge",
    "HandMeans",
    "Identity",
    "IdentityKind",
    "Invitation",
    "PriceClass",
    "Role",
    "SelfStatement",
    "Site",
    "Skill",
    "Team",
]
