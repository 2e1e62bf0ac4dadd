"""How well websites are judged: invented sites on this machine, what they are, and what is said of them.

python -m tests.benchmarks.websites [--json]

Precision of an outcome: of the sites of which it is said, the share that is so. Recall: of the sites that are so, the
share of which it is said. "nothing" stands for no information, which is right for walls, time-outs and hostile servers.
"""

import argparse

import msgspec

from tests.verifiers import own_pages, websites
from tests.verifiers.town import look_at_all
from verifiers.corroboration import corroboration
from verifiers.website import website


class Row(msgspec.Struct, frozen=True):
    """One site: what a person would say of it, and what the check says."""

    check: str
    name: str
    truth: str
    said: str


class Outcome(msgspec.Struct, frozen=True):
    """How an outcome does. ``None`` where there is nothing to divide by."""

    check: str
    outcome: str
    sites: int
    said: int
    right: int
    precision: float | None
    recall: float | None


class Table(msgspec.Struct, frozen=True):
    """All sites, how each outcome does, and how many connections went where none may go."""

    rows: tuple[Row, ...]
    outcomes: tuple[Outcome, ...]
    forbidden_connections: int


def measure() -> Table:
    """Look at all sites."""
    sites = look_at_all(websites.ALL, website)
    own = look_at_all(own_pages.ALL, corroboration)
    rows = [
        *(
            Row("website", site.name, site.truth or "nothing", result.said or "nothing")
            for site, result in zip(websites.ALL, sites, strict=True)
        ),
        *(
            Row("corroboration", case.name, case.expected or "nothing", result.said or "nothing")
            for case, result in zip(own_pages.ALL, own, strict=True)
        ),
    ]
    return Table(
        tuple(rows),
        tuple(outcomes_of(rows)),
        sum(result.in_sink + len(result.strayed) for result in sites) + sum(result.in_sink for result in own),
    )


def outcomes_of(rows: list[Row]) -> list[Outcome]:
    """How each outcome of each check does."""
    told = []
    for check, outcome in sorted({(row.check, one) for row in rows for one in (row.truth, row.said)}):
        own = [row for row in rows if row.check == check]
        is_so = sum(row.truth == outcome for row in own)
        said = sum(row.said == outcome for row in own)
        right = sum(row.truth == row.said == outcome for row in own)
        told.append(
            Outcome(
                check, outcome, is_so, said, right, right / said if said else None, right / is_so if is_so else None
            )
        )
    return told


def main() -> None:
    """Print the table."""
    reading = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("--json", action="store_true", help="print JSON")
    options = reading.parse_args()
    table = measure()
    if options.json:
        print(msgspec.json.encode(table).decode())  # noqa: T201 - a command
        return
    for row in table.rows:
        mark = " " if row.truth == row.said else "*"
        print(f"{mark} {row.check:14}{row.name:48}{row.truth:14}{row.said}")  # noqa: T201
    print(f"\n  {'check':14}{'outcome':14}{'sites':>6}{'said':>6}{'right':>6}{'precision':>11}{'recall':>8}")  # noqa: T201
    for one in table.outcomes:
        precision, recall = (f"{share:.2f}" if share is not None else "-" for share in (one.precision, one.recall))
        print(  # noqa: T201
            f"  {one.check:14}{one.outcome:14}{one.sites:6}{one.said:6}{one.right:6}{precision:>11}{recall:>8}"
        )
    print(f"\n  connections to forbidden addresses: {table.forbidden_connections}")  # noqa: T201


if __name__ == "__main__":
    main()
