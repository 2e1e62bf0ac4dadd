"""A plan for people who decide it row by row: of what is new it tells too what here it looks like."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from directory.db import Database
from directory.intake.plan import Plan
from directory.intake.planning import Look
from directory.intake.service import SourceRow
from directory.listings.drafts import OrganizationDraft, ServiceDraft
from directory.sources.models import Source
from importers.matching.gathering import without_texts
from importers.matching.looks import MOST_LOOKED_AT, looks_like
from importers.store import Planner


class Reviewer(Planner):
    """Finds out what a document would change, and what is new in it that may be here already."""

    def __init__(self, database: Database, source: str, *, reader: str, unnamed: str, by: int | None = None) -> None:
        """``unnamed`` is the name of organizations that the source does not name."""
        super().__init__(database, source, reader=reader, by=by)
        self._unnamed = unnamed
        self._fresh: dict[str, OrganizationDraft | ServiceDraft] = {}

    def look(self, look: Look, rows: Sequence[SourceRow]) -> set[str]:
        """See ``RowStore``."""
        before = len(look.new_rows)
        same = super().look(look, rows)
        new = {one.key for one in look.new_rows[before:]}
        if len(self._fresh) <= MOST_LOOKED_AT:
            self._fresh |= {
                row.source_key: without_texts(row.draft)
                for row in rows
                if row.source_key in new and row.draft is not None
            }
        return same

    def plan(self, look: Look) -> Plan:
        """See ``Planner``."""
        plan = super().plan(look)
        with self._database.reading() as session:
            source_id = session.scalar(sa.select(Source.id).where(Source.key == self._source)) or 0
            likes = looks_like(session, self._fresh, source_id=source_id, unnamed=self._unnamed)
        rows = tuple(msgspec.structs.replace(one, like=likes.get(one.key)) for one in plan.new_rows)
        return msgspec.structs.replace(plan, new_rows=rows)
