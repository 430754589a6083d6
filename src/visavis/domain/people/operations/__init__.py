"""Everything that writes people: brands, teams, accounts, customers."""

from .customers import add_statement, change_customer, erase_statement, know_customer, push_contract_facts
from .identities import add_identity, remove_identity, send_code, verify_by_code, verify_identity

__all__ = [
    "add_identity",
    "add_statement",
    "change_customer",
    "erase_statement",
    "know_customer",
    "push_contract_facts",
    "remove_identity",
    "send_code",
    "verify_by_code",
    "verify_identity",
]
