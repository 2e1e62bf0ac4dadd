"""How long a large import takes, and whether it survives being killed: ``python -m tests.benchmarks.imports``.

``--rows 100000`` imports an invented feed by the command line, once without a stop, and prints seconds and the most
memory that the process had. With ``--kills 20`` it is imported again into another database, killed (SIGKILL) so many
times at moments drawn by ``--seed`` and begun again each time; in the end both databases must hold the same. Ends with
1 where a bar of the import is missed or the databases differ.
"""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

import msgspec
import sqlalchemy as sa
from rich.console import Console
from sqlalchemy.orm import Session

from directory.cards.models import CardRow
from directory.db import Database
from directory.listings.models import Fact, Record
from directory.sources.models import Claim, SourceRecord
from tests.benchmarks.feeding import write_feed

MOST_SECONDS = 300.0
MOST_MB = 700.0
_BAR_ROWS = 100_000
_POLL_SECONDS = 0.02


class Finished(msgspec.Struct, frozen=True):
    """What one run of the command took. ``code`` is negative where a signal ended it."""

    seconds: float
    most_mb: float
    code: int


class Measured(msgspec.Struct, frozen=True):
    """The whole measurement. ``is_equal`` is None where nothing was killed."""

    rows: int
    seconds: float
    most_mb: float
    rows_per_second: float
    again_seconds: float
    kills: int
    is_equal: bool | None


def run_import(feed: Path, database: Path, *, kill_after: float | None = None) -> Finished:
    """Import a feed by the command line, and kill it after so many seconds if it still runs."""
    environment = os.environ | {"HANDRAIL_DATABASE_URL": f"sqlite:///{database}"}
    command = [sys.executable, "-m", "web.cli", "import", "hsds", str(feed), "--source", "large", "--max-mb", "10000"]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        seconds = time.perf_counter() - started
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return Finished(seconds, used.ru_maxrss / 1024, process.returncode)
        if kill_after is not None and seconds >= kill_after:
            process.send_signal(signal.SIGKILL)
            kill_after = None
        time.sleep(_POLL_SECONDS)


def state_of(file: Path) -> str:
    """A digest of what a database holds, whatever its ids and dates: rows, their facts, and how many cards."""
    database = Database(f"sqlite:///{file}")
    digest = hashlib.sha256()
    try:
        with database.reading() as session:
            for line in _lines(session):
                digest.update(line.encode())
    finally:
        database.dispose()
    return digest.hexdigest()


def _lines(session: Session) -> list[str]:
    said = session.execute(
        sa.select(
            SourceRecord.source_key, SourceRecord.outcome, SourceRecord.digest, Record.kind, Record.standing,
            Fact.field, Fact.slot, Fact.value, Fact.standing.label("fact_standing"),
        )
        .join(Record, Record.id == SourceRecord.record_id)
        .join(Claim, Claim.source_record_id == SourceRecord.id)
        .join(Fact, Fact.id == Claim.fact_id)
    )  # fmt: skip
    lines = sorted(repr(tuple(row)) for row in said)
    counts = [
        session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in (Record, Fact, Claim, SourceRecord, CardRow)
    ]
    postings = session.scalar(sa.text("SELECT count(*) FROM search_key"))
    return [*lines, repr((counts, postings))]


def measure(rows: int, *, kills: int, seed: int, told: Console) -> Measured:
    """Import a feed of so many rows, then once more while it is killed again and again."""
    with tempfile.TemporaryDirectory(prefix="handrail-import-") as folder:
        place = Path(folder)
        told.print(f"Writing a feed of {rows} services")
        feed = write_feed(place / "feed.ndjson", rows)
        told.print("Importing it")
        whole = run_import(feed, place / "whole.db")
        if whole.code:
            msg = f"the import ended with {whole.code}"
            raise SystemExit(msg)
        told.print(f"{whole.seconds:.0f} s, {whole.most_mb:.0f} MB; once more")
        again = run_import(feed, place / "whole.db")
        is_equal = _killed(feed, place, whole, kills=kills, seed=seed, told=told) if kills else None
        return Measured(rows, whole.seconds, whole.most_mb, rows / whole.seconds, again.seconds, kills, is_equal)


def _killed(feed: Path, place: Path, whole: Finished, *, kills: int, seed: int, told: Console) -> bool:
    random, database = Random(seed), place / "killed.db"  # noqa: S311 - decides moments, not secrets
    for number in range(kills):
        after = random.uniform(0.0, whole.seconds)
        ended = run_import(feed, database, kill_after=after)
        told.print(f"{number + 1} of {kills}: killed after {after:.1f} s" if ended.code else "ran to its end")
    last = run_import(feed, database)
    return not last.code and state_of(database) == state_of(place / "whole.db")


def main() -> None:
    """Read the arguments, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=_BAR_ROWS)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    measured = measure(asked.rows, kills=asked.kills, seed=asked.seed, told=Console(stderr=True))
    if asked.json:
        print(msgspec.json.format(msgspec.json.encode(measured)).decode())  # noqa: T201
    else:
        out = Console(highlight=False)
        out.print(f"{measured.rows} services: {measured.seconds:.0f} s ({measured.rows_per_second:.0f} a second)")
        out.print(f"most memory {measured.most_mb:.0f} MB; the same feed again {measured.again_seconds:.0f} s")
        if measured.is_equal is not None:
            out.print(f"killed {measured.kills} times: {'the same in the end' if measured.is_equal else 'DIFFERENT'}")
    is_over = asked.rows >= _BAR_ROWS and (measured.seconds > MOST_SECONDS or measured.most_mb > MOST_MB)
    if is_over or measured.is_equal is False:
        sys.exit(1)


if __name__ == "__main__":
    main()
