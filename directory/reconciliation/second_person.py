"""Verified values that changed without two people, although the database should have refused it (SAFETY I1)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.freshness.models import Evidence
from directory.integrity.protection import CRISIS_HOURS
from directory.listings.disclosure import UNNAMED, WEB_FIELDS
from directory.listings.drafts import FactDraft
from directory.listings.fields import FIELDS, Text
from directory.listings.models import Fact, Record
from directory.people.policy import SHARES_CONTACTS
from directory.reconciliation.alarm import Alarm
from directory.reconciliation.changes import Ledger, digest_of

# Whether these close is told by what they say, not by what they say again.
_JUDGED_BY_VALUE = WEB_FIELDS | {"name"}
_UNNAMED = FactDraft("name", Text(UNNAMED)).stored


class Spot(NamedTuple):
    """A place in a record in which a change wrote or emptied something."""

    change_id: int
    record_id: int
    field: str
    slot: str


def check_second_person(session: Session, ledger: Ledger) -> Iterator[Alarm]:
    """Changes that one person made although a value of theirs, or of what it belongs to, had been verified before.

    It knows only evidence of which the chain tells when it was there (``Chain.had_evidence``), so that a call which is
    written down late raises no alarm.
    """
    support = _first_support(session)
    if not support:
        return
    sensitive = {fact.id: fact for fact in _sensitive_facts(session)}
    verified = _verified_since(ledger, sensitive, support)
    families = Families(session)
    again = _said_again(ledger, sensitive.values())
    alarmed: set[int] = set()
    for fact in sensitive.values():
        alarmed |= _ended_alone(ledger, fact, support.get(fact.id), again)
        alarmed |= _begun_alone(ledger, fact, families, verified, again)
    for change_id in sorted(alarmed):
        words = "A verified value was changed by one person, without a second one and a key."
        yield Alarm("second-person", f"change {change_id}", words)


def _first_support(session: Session) -> dict[int, int]:
    """Fact -> the first piece of evidence that speaks for it."""
    rows = session.execute(
        sa.select(Evidence.fact_id, sa.func.min(Evidence.id)).where(Evidence.log2_odds < 0).group_by(Evidence.fact_id)
    )
    return {fact_id: evidence_id for fact_id, evidence_id in rows}  # noqa: C416 - rows are no pairs for mypy


def _sensitive_facts(session: Session) -> list[Any]:
    fields = [field.name for field in FIELDS.values() if field.is_sensitive]
    columns = (
        Fact.id, Fact.record_id, Fact.record_kind, Fact.field, Fact.slot, Fact.standing, Fact.tier, Fact.change_id,
        Fact.value,
    )  # fmt: skip
    query = sa.select(*columns).where(
        Fact.field.in_(fields)
        | ((Fact.field == CRISIS_HOURS[0]) & (Fact.slot == CRISIS_HOURS[1]))
        | ((Fact.field == "attribute") & Fact.slot.startswith(SHARES_CONTACTS, autoescape=True))
    )
    return list(session.execute(query))


def _is_by_two(ledger: Ledger, change_id: int) -> bool:
    change = ledger.changes[change_id]
    has_key = change.proof_id is not None or change.broke_glass
    return bool(change.needs_second and change.decided_by is not None and has_key)


def _said_again(ledger: Ledger, facts: Iterable[Any]) -> set[Spot]:
    """Where a change emptied what told a secret place and says the rest again, of a number the very same."""
    emptied = {
        _spot(fact, item.change_id) for fact in facts for item in ledger.of_facts.get(fact.id, ()) if item.op == "purge"
    }
    followed = [fact for fact in facts if _spot(fact, fact.change_id) in emptied]
    others = {_spot(fact, fact.change_id) for fact in followed if not _is_said_again(ledger, fact)}
    return {_spot(fact, fact.change_id) for fact in followed} - others


def _is_said_again(ledger: Ledger, fact: Any) -> bool:
    if fact.field != "phone":
        return fact.field not in _JUDGED_BY_VALUE
    told = ledger.vouched(fact.change_id).said_again.get(str(fact.id))
    # One that was emptied since cannot be compared any more.
    return told is not None and (fact.value is None or told == digest_of([fact]))


def _spot(fact: Any, change_id: int) -> Spot:
    return Spot(change_id, fact.record_id, fact.field, fact.slot)


def _ended_alone(ledger: Ledger, fact: Any, evidence_id: int | None, again: Collection[Spot]) -> set[int]:
    """Changes by one person that ended a fact which had been confirmed, but for those that say it again."""
    if evidence_id is None:
        return set()
    is_number = fact.field == "phone" and fact.record_kind != "location"
    ended: set[int] = set()
    is_current = ledger.took_effect(fact.change_id)
    for item in ledger.of_facts.get(fact.id, ()):
        is_emptied, was = item.op == "purge", item.before.get("standing")
        # What is past already may be emptied by anybody who withdraws a place.
        ends = is_number and is_current and _spot(fact, item.change_id) not in again if is_emptied else was == "current"
        is_current = not is_emptied and was != "current"
        if ends and not _is_by_two(ledger, item.change_id) and ledger.chain.had_evidence(evidence_id, at=item.at):
            ended.add(item.change_id)
    return ended


def _begun_alone(
    ledger: Ledger, fact: Any, families: "Families", verified: dict[int, int], again: Collection[Spot]
) -> set[int]:
    """Changes by one person with which a fact began, or came back, in a family that had been verified.

    ``verified`` tells by record since which place in the chain. What says again what was emptied began before.
    """
    is_closing = (fact.field in WEB_FIELDS and fact.tier == "coordinator") or fact.value == _UNNAMED
    if is_closing:
        return set()
    begun = [(ledger.place(fact.change_id), fact.change_id)] if ledger.took_effect(fact.change_id) else []
    if _spot(fact, fact.change_id) in again:
        begun = []
    returned = [item for item in ledger.of_facts.get(fact.id, ()) if item.before.get("standing") == "past"]
    begun += [(item.at, item.change_id) for item in returned]
    alone = [(at, change_id) for at, change_id in begun if not _is_by_two(ledger, change_id)]
    if not alone or not verified:
        return set()
    since = min((verified[one] for one in families.of(fact.record_id) if one in verified), default=None)
    return {change_id for at, change_id in alone if since is not None and since < at}


def _verified_since(ledger: Ledger, sensitive: dict[int, Any], support: dict[int, int]) -> dict[int, int]:
    """Record -> the place in the chain since which a sensitive fact of it surely was current and confirmed.

    Only facts count that are current still: of those nothing has to be said about the time between.
    """
    since: dict[int, int] = {}
    for fact_id, evidence_id in support.items():
        fact = sensitive.get(fact_id)
        if fact is None or fact.standing != "current" or ledger.of_facts.get(fact_id):
            continue
        known = ledger.chain.known_since(evidence_id)
        if known is not None:
            at = max(known, ledger.place(fact.change_id))
            since[fact.record_id] = min(since.get(fact.record_id, at), at)
    return since


class Families:
    """Which records stand or fall with one: as the database's own rule has it."""

    def __init__(self, session: Session) -> None:
        self._own: dict[int, Any] = {}
        self._of_service: dict[int, set[int]] = defaultdict(set)
        self._at_place: dict[int, set[int]] = defaultdict(set)
        self._of_organization: dict[int, set[int]] = defaultdict(set)
        columns = (Record.id, Record.kind, Record.organization_id, Record.service_id, Record.location_id)
        for record in session.execute(sa.select(*columns)):
            self._own[record.id] = record
            if record.service_id is not None:
                self._of_service[record.service_id].add(record.id)
            if record.location_id is not None:
                self._at_place[record.location_id] |= {record.id, record.service_id}
            if record.organization_id is not None:
                self._of_organization[record.organization_id].add(record.id)

    def of(self, record_id: int) -> set[int]:
        """The record and those that stand or fall with it."""
        record = self._own.get(record_id)
        family = {record_id} | self._of_service.get(record_id, set()) | self._at_place.get(record_id, set())
        if record is not None and record.service_id is not None:
            family |= {record.service_id} | self._of_service[record.service_id]
        if record is not None and record.kind == "organization":
            family |= self._of_organization.get(record_id, set())
        return family
