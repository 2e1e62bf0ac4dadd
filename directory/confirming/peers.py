"""What people of a neighbour deployment found out about numbers that both sites list.

A file goes from site to site and is signed with the key by which neighbours second each other's changes. It names
numbers that anybody finds there on a card, and says nothing else of their services. What a neighbour found is evidence
here, of its lineage, and changes and hides nothing.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from directory.audit.service import Act, record
from directory.cards.card import decode_card
from directory.cards.models import CardRow
from directory.db import in_portions, queue_writers
from directory.errors import BadInputError, RefusedError
from directory.freshness.models import Evidence
from directory.freshness.parameters import weight_of
from directory.freshness.policy import CALL_OUTCOMES
from directory.freshness.service import add_evidence
from directory.integrity.neighbour import signed_with, signer_of, written
from directory.listings.models import Fact, Record
from directory.listings.queries import joined_ids
from directory.people.models import Network
from directory.sources.passing_on import withheld_facts
from directory.sources.policy import Receiver

MOST_BYTES = 8 * 1024 * 1024
MOST_ITEMS = 20_000
# What was found longer ago says nothing that a neighbour would call fresh.
GOOD_FOR = dt.timedelta(days=365)
# A number is one line; an address on the web is found again by its host alone, which many share.
_FIELDS = ("phone",)
# What people of the other site, or the program, said to it: never what a third one had found, nor a machine.
_OWN = ("call", "callback", "provider")
_NO_FILE = "The file is none of a neighbour."


class Found(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was found about a number or address on a day. ``key`` finds it elsewhere; ``outcome`` is that of a call."""

    field: str
    key: str
    outcome: str
    on: dt.date


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one deployment tells another."""

    site: str
    on: dt.date
    found: tuple[Found, ...]


class SignedFound(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same with its key and the signature over the canonical JSON of it, both in base64."""

    told: Told
    key: str
    signature: str


class Taken(msgspec.Struct, frozen=True):
    """How many pieces of evidence came in, and how many items of the file are about nothing that is listed here."""

    evidence: int
    unknown: int


def export_peer(session: Session, key: Ed25519PrivateKey, *, site: str, now: dt.datetime) -> bytes:
    """The file for neighbours: of each number on a card the last that people found within a year.

    Values that a source's licence keeps from being passed on are not in it.
    """
    withheld = withheld_facts(session, to=Receiver())
    shown = _numbers_shown(session)
    secret = _with_secret_service(session)
    rows = session.execute(
        sa.select(
            Fact.id, Fact.field, Fact.match_key, Evidence.outcome, Evidence.observed_at,
            sa.func.coalesce(Record.organization_id, Record.service_id, Record.id).label("of"),
        )
        .join(Evidence, Evidence.fact_id == Fact.id)
        .join(Record, Record.id == Fact.record_id)
        .join(Network, Network.id == Record.network_id)
        .where(
            Fact.field.in_(_FIELDS), Fact.standing == "current", Fact.tier == "public", Fact.match_key.is_not(None),
            Record.location_disclosure == "public", Record.standing == "listed", Network.kind == "working",
            Evidence.method.in_(_OWN), Evidence.observed_at > now - GOOD_FOR,
        )
        .order_by(Evidence.observed_at, Evidence.id)
    )  # fmt: skip
    last: dict[tuple[str, str], Found] = {}
    for fact_id, field, match_key, outcome, at, of in rows:
        if fact_id in withheld or of in secret or match_key not in shown:
            continue
        if match_key is not None and outcome in CALL_OUTCOMES:
            last[field, match_key] = Found(field, match_key, outcome, at.date())
    told = Told(site, now.date(), tuple(last[place] for place in sorted(last)[:MOST_ITEMS]))
    return written(SignedFound(told, *signed_with(key, told)))


def _numbers_shown(session: Session) -> frozenset[str]:
    """The numbers that anybody can find on a card: what is closed, hidden or secret goes nowhere."""
    blobs = session.scalars(sa.select(CardRow.brief).where(CardRow.brief.is_not(None)))
    cards = (decode_card(bytes(blob)) for blob in blobs if blob is not None)
    return frozenset(phone.number for card in cards if card.block != "confidential" for phone in card.phones)


def _with_secret_service(session: Session) -> frozenset[int]:
    """Organizations with a service whose place is not public, and all that is one with them: nothing of it goes out.

    With each organization stand its services, because a fact may be of either.
    """
    confidential = session.scalars(
        sa.select(Record.organization_id).where(Record.kind == "service", Record.location_disclosure != "public")
    )
    organizations = joined_ids(session, {one for one in confidential if one is not None})
    services: set[int] = set()
    for portion in in_portions(sorted(organizations)):
        services.update(session.scalars(sa.select(Record.id).where(Record.organization_id.in_(portion))))
    return frozenset(organizations | services)


def import_peer(session: Session, file: bytes, *, by: int, now: dt.datetime) -> Taken:
    """Take a neighbour's file; what came in before changes nothing.

    Args:
        session: a writing session.
        file: as ``export_peer`` writes it.
        by: who brings it.
        now: the transaction's time.

    Raises:
        BadInputError: the file is none.
        RefusedError: nobody here knows the key, or the signature does not fit.
    """
    if len(file) > MOST_BYTES:
        raise BadInputError(_NO_FILE)
    try:
        signed = msgspec.json.decode(file, type=SignedFound)
    except (msgspec.MsgspecError, RecursionError):
        raise BadInputError(_NO_FILE) from None
    if len(signed.told.found) > MOST_ITEMS:
        raise BadInputError(_NO_FILE)
    queue_writers(session)
    neighbour, signature = signer_of(session, signed.told, signed.key, signed.signature)
    last = 0
    added = unknown = 0
    for one in signed.told.found:
        if one.field not in _FIELDS or one.outcome not in CALL_OUTCOMES or one.on > now.date():
            raise RefusedError("The file says what no neighbour can have found.")
        facts = list(_facts(session, one))
        unknown += not facts
        if now.date() - one.on > GOOD_FOR:
            continue
        for fact_id in facts:
            added += _add(session, fact_id, one, neighbour=neighbour.public_id, signature=signature)
            last = fact_id
    if last:
        newest = session.scalars(sa.select(sa.func.max(Evidence.id)).where(Evidence.method == "peer")).one()
        body = {"evidence": newest, "facts": added}
        record(session, [Act("peer.evidence-taken", neighbour.public_id, body, by)], now=now)
    return Taken(added, unknown)


def _facts(session: Session, one: Found) -> Iterator[int]:
    """The current public facts that say the same number or address."""
    return iter(
        session.scalars(
            sa.select(Fact.id)
            .where(
                Fact.match_key == one.key, Fact.field == one.field, Fact.standing == "current", Fact.tier == "public"
            )
            .order_by(Fact.id)
        ).all()
    )


def _add(session: Session, fact_id: int, one: Found, *, neighbour: str, signature: bytes) -> bool:
    # The file's own digest would make a new file new evidence; what was found on a day is found once.
    mark = hashlib.sha256(f"{neighbour}:{one.outcome}:{one.on}".encode()).hexdigest()[:24]
    return add_evidence(
        session, fact_id, method="peer", outcome=one.outcome, log2_odds=weight_of("peer", one.outcome),
        observed_at=dt.datetime.combine(one.on, dt.time(), dt.UTC), run_key=f"peer:{mark}:{fact_id}",
        lineage=f"neighbour:{neighbour}", signature=signature,
    )  # fmt: skip
