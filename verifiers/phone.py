"""Whether a number can be dialled at all, and whether a stranger has it too: a look at the value and the directory."""

import asyncio

import msgspec

from directory.db import Database
from directory.integrity.sharing import reuse_of
from directory.listings.fields import Phone
from directory.values.phone import NotAPhoneNumberError, parse_phone
from verifiers.look import Look, Verifier
from verifiers.subject import Known


def phone(database: Database) -> Verifier:
    """A check of numbers.

    - ``invalid``: no such number can exist in the country; short codes (988, 211, codes for texts) are judged by the
      tables of short codes, and the invented 555-01xx are taken for what they are (``directory.values.phone``);
    - ``reused``: an organization that has nothing to do with this one has it, or a listing that was removed within a
      year had it (``directory.integrity.sharing``);
    - ``valid``: neither. That anybody answers there is not said.
    """

    async def look(known: Known) -> Look:
        if known.field != "phone":
            return Look()
        try:
            number = msgspec.convert(known.value, Phone).number
        except msgspec.ValidationError:
            return Look()
        if not _can_be_dialled(number, known.country):
            return Look("invalid")
        is_reused = await asyncio.to_thread(_is_reused, database, known.fact_id)
        return Look("reused" if is_reused else "valid")

    return look


def _can_be_dialled(number: str, country: str) -> bool:
    try:
        # Read as what it is, not as what it could be repaired to.
        return parse_phone(number, country=country).number == number
    except NotAPhoneNumberError:
        return False


def _is_reused(database: Database, fact_id: int) -> bool:
    with database.reading() as session:
        sharing = reuse_of(session, fact_id)
    return bool(sharing.other_organizations) or sharing.of_removed
