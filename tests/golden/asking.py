"""Builds the two directories of the golden set, and asks them as the command line does."""

import shlex
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec
import sqlalchemy as sa

from directory.db import Database
from directory.errors import DirectoryError
from directory.places.gazetteer import Gazetteer
from directory.search.cli import search as command
from directory.search.models import SearchKey
from directory.search.service import check_question, search
from directory.search.written import answer_object
from tests.directories import import_miami, load_starter, opened
from tests.golden.judge import complaints
from tests.golden.queries import Directory, Query

# Lehmer's generator takes every number below its modulus to another one: an order to another order.
_ORDERS, _LEHMER, _MODULUS = 12, 48_271, 2**31 - 1

Told = Callable[[int, int], None]


class Judged(msgspec.Struct, frozen=True):
    """A question with its answer (the object of ``--json``), and what is wrong with it."""

    query: Query
    answer: dict[str, Any]
    wrong: list[str]


class Score(msgspec.Struct, frozen=True):
    """How a directory did. ``share`` is that of questions whose answers are accepted, 0 to 1."""

    directory: Directory
    judged: list[Judged]

    @property
    def misses(self) -> list[Judged]:
        """Questions that are answered otherwise than accepted."""
        return [one for one in self.judged if one.wrong]

    @property
    def share(self) -> float:
        """The figure."""
        return 1 - len(self.misses) / len(self.judged)


@contextmanager
def built(directory: Directory, folder: Path, *, shared: Path, progress: Told | None = None) -> Iterator[Database]:
    """A directory in a file of ``folder``, built once and open while the block runs.

    The feed of ``miami`` is in ``shared``. ``progress`` is told of rows done, and how many there are.
    """
    url = f"sqlite:///{folder / directory}.sqlite3"
    if directory == "miami":
        import_miami(url, shared, folder / "report.json", progress=progress)
    load_starter(url, practice=directory == "practice")
    with opened(url) as database:
        yield database


def judged(database: Database, directory: Directory, queries: Sequence[Query]) -> Score:
    """Ask every question, and judge the answers.

    What scores alike is ordered by ids, which are drawn by chance. So that no answer is good by luck, every question is
    asked several times, each with such listings in another order; the first answer that is not accepted counts.
    """
    rounds = []
    with Gazetteer() as gazetteer:
        for _ in range(_ORDERS):
            rounds.append([_judge(database, query, gazetteer) for query in queries])
            with database.transaction() as session:
                session.execute(sa.update(SearchKey).values(tie=SearchKey.tie * _LEHMER % _MODULUS))
    return Score(
        directory, [next((one for one in tries if one.wrong), tries[0]) for tries in zip(*rounds, strict=True)]
    )


def _judge(database: Database, query: Query, gazetteer: Gazetteer) -> Judged:
    try:
        answer = ask(database, query, gazetteer)
    except (DirectoryError, click.UsageError) as refused:
        return Judged(query, {"results": [], "total": 0}, [f"the question is refused: {refused}"])
    return Judged(query, answer, complaints(query.accepts, answer))


def ask(database: Database, query: Query, gazetteer: Gazetteer) -> dict[str, Any]:
    """The answer to a question as the command line would print it, at the question's own instant.

    Raises:
        DirectoryError: it cannot be asked.
        click.UsageError: it cannot be typed.
    """
    with command.make_context("search", shlex.split(query.asked)) as context:
        typed = {name: value for name, value in context.params.items() if value is not None}
    del typed["as_json"]
    question = check_question(**typed, gazetteer=gazetteer)
    return answer_object(search(database, question, gazetteer=gazetteer, now=query.now), gazetteer)
