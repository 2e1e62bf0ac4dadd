"""The command ``verify``: how many listings are in which state, and why one is in its own."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from directory.bootstrap import bring_up_to_date, open_database
from directory.db import Database
from directory.errors import NotFoundError
from directory.listings.models import Fact, Record
from directory.listings.service import set_standing
from tests import makers
from verifiers.cli import verify

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``verify``; what is wrong is raised."""
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(verify, list(words), catch_exceptions=False)


@pytest.fixture
def stored(database_url: str, run: Run) -> Iterator[Database]:
    """The database behind the command."""
    database = open_database(database_url)
    bring_up_to_date(database)
    yield database
    database.dispose()


def _make(session: Session, kind: str, *looks: tuple[str, str, float]) -> Record:
    made = makers.make_service(session, makers.kind(kind), makers.opens({"MO": [(540, 600)]}), sites=[makers.site()])
    listing = session.get_one(Record, made.listings[0][1])
    phone = session.scalars(sa.select(Fact.id).where(Fact.record_id == listing.service_id, Fact.field == "phone")).one()
    for method, outcome, days_ago in looks:
        makers.observe(session, phone, method, outcome, days_ago=days_ago)
    return listing


def test_listings_are_counted_by_state_and_group_with_their_confirmations(stored: Database, run: Run) -> None:
    with stored.transaction() as session:
        today: dt.date = session.info["now"].date()
        _make(session, "hotline", ("call", "live", 10))
        _make(session, "hotline", ("call", "live", 90))
        _make(session, "hotline", ("call", "live", 200))
        _make(session, "food")
        _make(session, "food", ("call", "live", 30), ("call", "wrong-party", 2))
        closed = _make(session, "food", ("call", "live", 3))
        set_standing(session, closed.id, "closed", by=None, reason="a test", now=session.info["now"])
    found = json.loads(run("status", "--json").stdout)
    groups = {one["group"]: one for one in found["groups"]}
    states = {group: {state: n for state, n in one["states"].items() if n} for group, one in groups.items()}
    assert states == {
        "hotline": {"verified": 1, "due": 1, "stale": 1},
        "other": {"unverified": 1, "unreachable": 1, "closed": 1},
    }
    assert found["all"]["states"] | {"closed": 0} == {
        "unverified": 1, "verified": 1, "due": 1, "stale": 1, "unreachable": 1, "suspended": 0, "closed": 0,
        "do-not-list": 0,
    }  # fmt: skip
    hotline = groups["hotline"]
    assert hotline["last_confirmed"] == (today - dt.timedelta(days=10)).isoformat()
    assert hotline["oldest"] == (today - dt.timedelta(days=200)).isoformat()
    printed = run("status").stdout
    assert "Unreachable" in printed
    assert "hotline" in printed


def test_a_state_is_explained_with_its_evidence_its_figures_and_what_would_change_it(
    stored: Database, run: Run
) -> None:
    with stored.transaction() as session:
        today: dt.date = session.info["now"].date()
        looks = [("call", "live", 100.0), *(("corroboration", "seen", 90.0 - 7 * week) for week in range(12))]
        listing = str(_make(session, "legal", *looks, ("corroboration", "gone", 3)).public_id)
    found = json.loads(run("explain", listing, "--json").stdout)
    assert (found["state"], found["group"]) == ("stale", "legal")
    assert found["confirmed_on"] == (today - dt.timedelta(days=100)).isoformat()
    assert 0.5 < found["p_phone"] < 0.7
    assert [reason["code"] for reason in found["reasons"]] == ["confirmed", "dropped", "since", "soft-old"]
    phone = next(fact for fact in found["facts"] if fact["field"] == "phone")
    assert {"on": (today - dt.timedelta(days=3)).isoformat(), "method": "corroboration", "outcome": "gone",
            "log2_odds": 0} in phone["evidence"]  # fmt: skip
    printed = run("explain", listing).stdout
    assert "stale on" in printed
    assert "In doubt" in printed
    assert "the doubt has reached 17.0 %" in printed
    assert "A call that reaches the service" in printed


def test_what_was_observed_after_a_day_is_left_out(stored: Database, run: Run) -> None:
    with stored.transaction() as session:
        today: dt.date = session.info["now"].date()
        listing = str(_make(session, "legal", ("call", "live", 100), ("call", "disconnected", 5)).public_id)

    def state(days_ago: int) -> str:
        day = (today - dt.timedelta(days=days_ago)).isoformat()
        return str(json.loads(run("explain", listing, "--as-of", day, "--json").stdout)["state"])

    assert [state(days_ago) for days_ago in (0, 5, 6, 100, 101)] == [
        "unreachable", "unreachable", "verified", "verified", "unverified",
    ]  # fmt: skip


def test_no_number_is_shown_of_what_nobody_has(stored: Database, run: Run) -> None:
    with pytest.raises(NotFoundError):
        run("explain", "8da01097-be0f-451b-9b66-b5a9e3c43657")
