"""Packs that were made for wards: the number of each, until when it is good, and which numbers stand in it.

So that a pack can be called back by its number when one of these is not right any more. Nothing is kept of where a pack
went, or of who has it.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.cards.card import CardPhone
from directory.clock import day_number
from directory.handoff.models import Pack, PackNumber

BUILT = "pack.built"
# A pinned line or a reporting line is no listing.
NO_LISTING = 0
# A pack that is no good any more is remembered so much longer, for whoever finds one and asks.
_KEPT_DAYS = 30
_DRAWN_DIGITS = 7
# ISO 7064, MOD 11,10: finds one wrong digit, and two that changed places.
_MODULUS = 10


class KeptPack(msgspec.Struct, frozen=True):
    """A pack as it is kept."""

    serial: str
    made_on: dt.date
    good_until: dt.date
    languages: tuple[str, ...]
    area: str


def new_serial(session: Session, *, below: Callable[[int], int] = secrets.randbelow) -> str:
    """A number that no pack has, easily read aloud: seven random digits and one that checks them, "4821-7735"."""
    while True:
        drawn = f"{below(10**_DRAWN_DIGITS):0{_DRAWN_DIGITS}}"
        serial = f"{drawn[:4]}-{drawn[4:]}{_check_digit(drawn)}"
        if session.get(Pack, serial) is None:
            return serial


def is_serial(text: str) -> bool:
    """Whether this can be the number of a pack: a digit that was misheard is found out."""
    digits = text.replace("-", "").replace(" ", "")
    is_number = len(digits) == _DRAWN_DIGITS + 1 and digits.isascii() and digits.isdecimal()
    return is_number and digits[-1] == _check_digit(digits[:-1])


def keep_pack(
    session: Session,
    pack: KeptPack,
    numbers: Collection[tuple[int, str]],
    *,
    placed: Collection[int] = (),
    by_id: int,
    now: dt.datetime,
) -> None:
    """Remember a pack and what stands in it.

    Args:
        session: a writing session.
        pack: with a serial that is new.
        numbers: the record of the listing (``NO_LISTING`` for a fixed line) and the number (``dialled``).
        placed: listings whose town stands in it.
        by_id: who made it.
        now: the transaction's time.
    """
    session.add(
        Pack(
            serial=pack.serial, made_on=pack.made_on.toordinal(), good_until=pack.good_until.toordinal(),
            languages=" ".join(pack.languages), area=pack.area,
        )
    )  # fmt: skip
    session.flush()
    session.add_all(
        PackNumber(serial=pack.serial, listing_id=listing, number=number, is_placed=listing in placed)
        for listing, number in sorted(set(numbers))
    )
    record(session, [Act(BUILT, pack.serial, {"until": pack.good_until.isoformat()}, by_id)], now=now)


def kept_packs(session: Session) -> list[KeptPack]:
    """All that are remembered, the newest first."""
    rows = session.scalars(sa.select(Pack).order_by(Pack.made_on.desc(), Pack.serial))
    return [kept(row) for row in rows]


def kept(row: Pack) -> KeptPack:
    """A row as it crosses a door."""
    return KeptPack(
        row.serial, dt.date.fromordinal(row.made_on), dt.date.fromordinal(row.good_until),
        tuple(row.languages.split()), row.area,
    )  # fmt: skip


def dialled(phone: CardPhone) -> str:
    """A number as a pack is known by it: with what is dialled afterwards, because another extension is another line."""
    return f"{phone.number};{phone.ext}" if phone.ext else phone.number


def forget_packs(session: Session, *, now: dt.datetime) -> None:
    """Forget packs a month after they ended."""
    session.execute(sa.delete(Pack).where(Pack.good_until < day_number(now) - _KEPT_DAYS))


def _check_digit(digits: str) -> str:
    product = _MODULUS
    for digit in digits:
        product = ((product + int(digit)) % _MODULUS or _MODULUS) * 2 % (_MODULUS + 1)
    return str((_MODULUS + 1 - product) % _MODULUS)
