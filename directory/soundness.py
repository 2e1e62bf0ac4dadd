"""Whether a database is what it should be: its file, its schema, and the chain of the audit."""

from directory.audit.service import broken_at
from directory.db import Database, integrity_problems
from directory.listings.withdrawal import finish_withdrawals, is_finished


def problems_of(database: Database) -> dict[str, list[str]]:
    """What is wrong with ``file``, ``schema`` and ``audit``, as texts that are safe to show; empty lists if nothing is.

    What a withdrawal still has to scrub is scrubbed on the way.
    """
    problems: dict[str, list[str]] = {
        "file": integrity_problems(database),
        "schema": [] if database.is_up_to_date() else ["of another version: run handrail db upgrade"],
        "audit": [],
    }
    if not problems["schema"]:
        finish_withdrawals(database)
        problems["schema"] = [str(difference[0]) for difference in database.schema_differences()]
        with database.reading() as session:
            broken = broken_at(session)
            if not is_finished(session):
                problems["file"].append("a withdrawn place may be left in free pages: stop what reads, check again")
        problems["audit"] = [] if broken is None else [f"the chain breaks at entry {broken}"]
    return problems
