"""Everything that writes people: brands, teams, accounts, customers."""

from .accounts import change_role, deactivate, move_to_team, reactivate, set_work, validate_skills
from .customers import add_statement, change_customer, erase_statement, know_customer, push_contract_facts
from .houses import (
    BrandFields,
    change_brand,
    change_site,
    change_skill,
    change_team,
    make_brand,
    make_site,
    make_skill,
    make_team,
)
from .identities import (
    add_identity,
    check_code,
    identity_of_proof,
    proof_token,
    remove_identity,
    send_code,
    verify_by_code,
    verify_identity,
)
from .links import (
    SecretLink,
    accept_invitation,
    choose_password,
    give_password_link,
    invite,
    make_account,
    withdraw_invitation,
)
from .merging import absorb_customer, release_customer
from .own import choose_name, choose_preferences
from .tokens import BrandTokenTold, give_brand_token, revoke_brand_token

__all__ = [
    "BrandFields",
    "BrandTokenTold",
    "SecretLink",
    "absorb_customer",
    "accept_invitation",
    "add_identity",
    "add_statement",
    "change_brand",
    "change_customer",
    "change_role",
    "change_site",
    "change_skill",
    "change_team",
    "check_code",
    "choose_name",
    "choose_password",
    "choose_preferences",
    "deactivate",
    "erase_statement",
    "give_brand_token",
    "give_password_link",
    "identity_of_proof",
    "invite",
    "know_customer",
    "make_account",
    "make_brand",
    "make_site",
    "make_skill",
    "make_team",
    "move_to_team",
    "proof_token",
    "push_contract_facts",
    "reactivate",
    "release_customer",
    "remove_identity",
    "revoke_brand_token",
    "send_code",
    "set_work",
    "validate_skills",
    "verify_by_code",
    "verify_identity",
    "withdraw_invitation",
]
