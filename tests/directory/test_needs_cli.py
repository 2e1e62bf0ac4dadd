"""The command ``needs``."""

import json

import pytest
from click.testing import CliRunner

from directory.bootstrap import bring_up_to_date, open_database
from directory.clock import utc_now
from directory.coverage.unmet import last_weeks
from directory.handoff.models import OutcomeCount
from directory.needs_cli import needs
from tests import makers


def test_it_tells_what_calls_asked_for_in_words_and_as_json(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", database_url)
    database = open_database(database_url)
    bring_up_to_date(database)
    assert "Nobody told of as many as 5 calls" in CliRunner().invoke(needs).output
    with database.transaction() as session:
        listing = makers.make_service(session, makers.kind("safe-house"), area="US-FL-331").listings[0][1]
        week = last_weeks(utc_now().date())[1]
        for outcome, n in (("full", 12), ("accepted", 2), ("voicemail", 4)):
            session.add(
                OutcomeCount(
                    listing_id=listing, week=week, outcome=outcome, reason="", reply_band=0, teller="signed", n=n
                )
            )
    database.dispose()
    told = CliRunner().invoke(needs)
    assert told.exit_code == 0, told.output
    assert "Miami" in told.output
    assert "12" in told.output
    (line,) = json.loads(CliRunner().invoke(needs, ["--json"]).output)["lines"]
    assert (line["kind"], line["area"], line["asked"], line["ends"]) == ("shelter", "US-FL-331", 18, {"full": 12})
