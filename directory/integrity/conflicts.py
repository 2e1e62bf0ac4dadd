"""Numbers that do not go together, for people to look at: read from facts and claims, told in words.

Nothing is stored: an item is there while it is so, and goes when a number changes, when people have decided, or when a
call has confirmed each of the numbers.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from directory.db import in_portions
from directory.freshness.models import Evidence
from directory.freshness.policy import supports
from directory.freshness.queries import not_withdrawn
from directory.integrity.disagreement import FUNCTIONS, Clash, Saying, Use, two_functions, two_sources
from directory.listings.fields import decode_value
from directory.listings.models import Change, Fact, Record
from directory.sources.models import Claim, Source, SourceRecord
from directory.values.phone import grouped
from directory.vocabulary.terms import label

# By these a person or the provider has answered.
_ANSWERED = ("call", "callback", "provider")


class NumberConflict(msgspec.Struct, frozen=True):
    """A number, or a line, that somebody should call about.

    Attributes:
        kind: ``two-functions`` or ``two-sources``.
        numbers: E.164 or short codes.
        services: public ids of the services it is about.
        text: what is the matter and what to do, in a sentence or two.
        records: internal ids of what it is about, for whoever asks about some records only.
    """

    kind: str
    numbers: tuple[str, ...]
    services: tuple[str, ...]
    text: str
    records: frozenset[int]


def number_conflicts(session: Session, record_ids: Collection[int] | None = None) -> list[NumberConflict]:
    """Numbers that stand for two things, and lines of which two sources say different numbers.

    Args:
        session: any session.
        record_ids: only what touches one of these organizations, services, listings or locations; all when None.
    """
    if record_ids is not None and not record_ids:
        return []
    lines = _Lines(session)
    clashes = [*two_functions(lines.uses()), *two_sources(lines.sayings())]
    found = [lines.told(clash) for clash in clashes]
    if record_ids is None:
        return found
    wanted = set(record_ids)
    return [one for one in found if wanted & one.records]


def conflicts_of_run(session: Session, run_id: int) -> list[NumberConflict]:
    """The number conflicts that touch a record of which a run brought or changed a number."""
    brought = sa.select(Fact.record_id).join(Change, Change.id == Fact.change_id)
    brought = brought.where(Change.run_id == run_id, Fact.field == "phone").distinct()
    return number_conflicts(session, set(session.scalars(brought)))


class _Lines:
    """Reads lines with what they are for and who says them."""

    def __init__(self, session: Session) -> None:
        self._session = session
        # Service -> its own record, its listings and their places, and the organization's.
        self._family: dict[int, set[int]] = defaultdict(set)

    def uses(self) -> list[Use]:
        """Current numbers of services that have a function."""
        functions: dict[int, set[str]] = defaultdict(set)
        kinds = sa.select(Record.id, Record.service_id, Record.organization_id, Fact.slot).join(
            Fact, Fact.record_id == Record.id
        )
        owner: dict[int, int] = {}
        for row in self._session.execute(
            kinds.where(
                Fact.field == "kind", Fact.standing == "current", Fact.slot.in_(sorted(FUNCTIONS)),
                Record.standing == "listed",
            )
        ):  # fmt: skip
            service = row.service_id or row.id
            functions[service].add(row.slot)
            owner[service] = row.organization_id or 0
        merged = _merged_into(self._session, set(owner.values()))
        phones = self._phones(functions)
        confirmed = self._confirmed([fact_id for fact_id, *_ in phones])
        return [
            Use(
                number, ext, merged.get(owner[service], owner[service]), service, frozenset(functions[service]),
                fact_id in confirmed,
            )
            for fact_id, service, number, ext in phones
        ]  # fmt: skip

    def sayings(self) -> list[Saying]:
        """What sources say of lines about which more than one speaks."""
        one = sa.func.coalesce(Record.merged_into, Record.id)
        said = (
            sa.select(one.label("line"), Fact.slot)
            .select_from(Claim)
            .join(Fact, Fact.id == Claim.fact_id)
            .join(Record, Record.id == Fact.record_id)
            .join(SourceRecord, SourceRecord.id == Claim.source_record_id)
            .where(Fact.field == "phone", Fact.standing.in_(("current", "proposed")), Claim.gone_at.is_(None))
        )
        disputed = said.group_by(one, Fact.slot).having(sa.func.count(sa.distinct(SourceRecord.source_id)) > 1)
        records = {row.line for row in self._session.execute(disputed)}
        if not records:
            return []
        family = self._services_of(records)
        rows: list[sa.Row[Any]] = []
        for portion in in_portions(sorted({record for group in family.values() for record in group})):
            query = said.add_columns(Fact.id, Fact.value, Fact.record_id, SourceRecord.source_id, Claim.said_at).where(
                one.in_(portion)
            )
            rows += self._session.execute(query.order_by(Claim.said_at, Fact.id)).all()
        confirmed = self._confirmed([row.id for row in rows])
        service_of = {record: service for service, group in family.items() for record in group}
        # Of one source only the last word about a line counts.
        last: dict[tuple[int, str, int], Saying] = {}
        for row in rows:
            service = service_of[row.line]
            self._family[service].add(row.record_id)
            number, since = decode_value("phone", row.value).number, row.said_at.date().isoformat()
            last[row.line, row.slot, row.source_id] = Saying(
                (row.line, row.slot), row.source_id, number, since, service, row.id in confirmed
            )
        return list(last.values())

    def told(self, clash: Clash) -> NumberConflict:
        """A clash in words."""
        services = sorted({use.service for use in clash.uses} | {said.service for said in clash.sayings})
        names = self._names([*services, *(use.organization for use in clash.uses)])
        numbers = tuple(sorted({use.number for use in clash.uses} | {said.number for said in clash.sayings}))
        if clash.kind == "two-functions":
            number = grouped(clash.uses[0].number) + (f" ext. {clash.uses[0].ext}" if clash.uses[0].ext else "")
            given = dict.fromkeys(
                f"{' and '.join(label('kind', code, 'en') for code in sorted(use.functions))} "
                f"({names.get(use.service, 'no name')}, {names.get(use.organization, 'no name')})"
                for use in clash.uses
            )
            text = f"{number} is given out as: {'; as: '.join(given)}. Call it and ask what it is for."
        else:
            owners = self._owners({said.source for said in clash.sayings})
            given = dict.fromkeys(
                f"{owners[said.source]} says {grouped(said.number)} since {said.since}" for said in clash.sayings
            )
            slot = clash.sayings[0].line[1]
            text = f"{names.get(services[0], 'No name')} ({slot}): {'; '.join(given)}. Call both and ask who answers."
        records = {record for service in services for record in self._family[service]}
        records |= {*services, *(use.organization for use in clash.uses), *(said.line[0] for said in clash.sayings)}
        return NumberConflict(clash.kind, numbers, self._public_ids(services), text, frozenset(records))

    def _phones(self, services: Collection[int]) -> list[tuple[int, int, str, str]]:
        """(fact, service, number, extension) of the current lines of services, their listings and places."""
        listing = aliased(Record)
        service_of: dict[int, int] = {service: service for service in services}
        for portion in in_portions(sorted(services)):
            for row in self._session.execute(
                sa.select(listing.id, listing.service_id, listing.location_id).where(listing.service_id.in_(portion))
            ):
                service_of[row.id] = row.service_id or 0
                if row.location_id is not None:
                    service_of[row.location_id] = row.service_id or 0
        for record, service in service_of.items():
            self._family[service].add(record)
        found = []
        for portion in in_portions(sorted(service_of)):
            query = sa.select(Fact.id, Fact.record_id, Fact.value).where(
                Fact.record_id.in_(portion), Fact.field == "phone", Fact.standing == "current"
            )
            for fact_id, record, value in self._session.execute(query.order_by(Fact.id)):
                line = decode_value("phone", value or "{}")
                if line.kind != "fax":
                    found.append((fact_id, service_of[record], line.number, line.ext))
        return found

    def _services_of(self, records: Collection[int]) -> dict[int, set[int]]:
        """Service (or organization) -> the records whose lines are one family, for records of any kind."""
        family: dict[int, set[int]] = defaultdict(set)
        for portion in in_portions(sorted(records)):
            listing = aliased(Record)
            of_place = sa.select(listing.service_id).where(listing.location_id == Record.id).limit(1).scalar_subquery()
            query = sa.select(Record.id, sa.func.coalesce(Record.service_id, of_place, Record.id).label("service"))
            for row in self._session.execute(query.where(Record.id.in_(portion))):
                family[row.service].add(row.id)
        for portion in in_portions(sorted(family)):
            for record, service, place in self._session.execute(
                sa.select(Record.id, Record.service_id, Record.location_id).where(Record.service_id.in_(portion))
            ):
                family[service or 0] |= {record, service or 0, *filter(None, [place])}
        return family

    def _confirmed(self, facts: Collection[int]) -> set[int]:
        found: set[int] = set()
        for portion in in_portions(sorted(facts)):
            query = sa.select(Evidence.fact_id, Evidence.log2_odds)
            rows = self._session.execute(
                query.where(Evidence.fact_id.in_(portion), Evidence.method.in_(_ANSWERED), not_withdrawn())
            )
            found |= {row.fact_id for row in rows if supports(row.log2_odds)}
        return found

    def _names(self, records: Iterable[int]) -> dict[int, str]:
        query = sa.select(Fact.record_id, Fact.value).where(
            Fact.record_id.in_(sorted(set(records))), Fact.field == "name", Fact.standing == "current"
        )
        return {row.record_id: decode_value("name", row.value or "{}").text for row in self._session.execute(query)}

    def _owners(self, sources: Collection[int]) -> dict[int, str]:
        query = sa.select(Source.id, sa.func.coalesce(Source.owner, Source.key).label("name"))
        return {row.id: row.name for row in self._session.execute(query.where(Source.id.in_(sorted(sources))))}

    def _public_ids(self, records: Collection[int]) -> tuple[str, ...]:
        query = sa.select(Record.public_id).where(Record.id.in_(sorted(records))).order_by(Record.id)
        return tuple(str(public_id) for public_id in self._session.scalars(query))


def _merged_into(session: Session, records: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for portion in in_portions(sorted(records)):
        query = sa.select(Record.id, Record.merged_into).where(Record.id.in_(portion), Record.merged_into.is_not(None))
        found |= {row.id: row.merged_into for row in session.execute(query)}
    return found
