"""What the directory has already that is like something somebody is about to enter by hand."""

from collections.abc import Iterable

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Record
from importers.matching.common import carries_weight
from importers.matching.names import Relation, compare_two, name_words

_LIKE: frozenset[Relation] = frozenset({"same", "near", "but-for-place", "acronym"})
# So many names that share a word are looked at; more share a word that tells nothing.
_MOST_NAMES = 2_000
_LEAST_LETTERS = 3


class Alike(msgspec.Struct, frozen=True):
    """A record that may be the same: its id, its kind, its name, and whether it is the number or the name."""

    record_id: int
    kind: str
    name: str
    by_number: bool


def alike(session: Session, *, name: str, number: str, kind: str, network_id: int) -> list[Alike]:
    """Organizations or services of a network with a name like this one, or with this number.

    Also those that were closed or are not to be listed: nobody is to bring them back by entering them again.

    Args:
        session: any session.
        name: as somebody typed it.
        number: E.164 or a short code; empty where numbers tell nothing.
        kind: ``organization`` or ``service``.
        network_id: where to look.
    """
    found: dict[int, bool] = dict.fromkeys(_with_number(session, number, kind, network_id), True)
    for record_id, stored in _with_a_word(session, name, kind, network_id):
        if record_id not in found and compare_two(name, str(decode_plain(stored).get("text", ""))) in _LIKE:
            found[record_id] = False
    names = _names(session, found)
    return [Alike(record_id, kind, names.get(record_id, ""), by_number) for record_id, by_number in found.items()]


def _with_number(session: Session, number: str, kind: str, network_id: int) -> Iterable[int]:
    if not number or not carries_weight(number):
        return []
    holder = sa.case((Record.kind == "listing", Record.service_id), else_=Record.id)
    rows = session.scalars(
        sa.select(holder)
        .join(Fact, Fact.record_id == Record.id)
        .where(
            Fact.match_key == number, Fact.field == "phone", Fact.standing == "current", Record.standing != "merged",
            Record.network_id == network_id, Record.kind.in_({kind, "listing"} if kind == "service" else {kind}),
        )
        .distinct()
    )  # fmt: skip
    return sorted(one for one in rows if one is not None)


def _with_a_word(session: Session, name: str, kind: str, network_id: int) -> Iterable[tuple[int, str]]:
    words = [word for word in name_words(name) if len(word) >= _LEAST_LETTERS] or list(name_words(name))
    if not words:
        return []
    folded_name = sa.func.coalesce(Fact.match_key, sa.func.lower(Fact.value))
    query = (
        sa.select(Fact.record_id, Fact.value)
        .join(Record, Record.id == Fact.record_id)
        .where(
            Fact.field == "name", Fact.standing == "current", Record.kind == kind, Record.standing != "merged",
            Record.network_id == network_id,
            # A slip of the pen is mostly in one word.
            sa.or_(*(folded_name.contains(word, autoescape=True) for word in words)),
        )
        .order_by(Fact.record_id)
        .limit(_MOST_NAMES)
    )  # fmt: skip
    return [(record_id, value or "{}") for record_id, value in session.execute(query)]


def _names(session: Session, record_ids: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for portion in in_portions(sorted(record_ids)):
        rows = session.execute(
            sa.select(Fact.record_id, Fact.value).where(
                Fact.record_id.in_(portion), Fact.field == "name", Fact.standing == "current"
            )
        )
        found |= {record_id: str(decode_plain(value or "{}").get("text", "")) for record_id, value in rows}
    return found
