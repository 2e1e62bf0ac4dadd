"""The hand-over: everything that has to be known, and no secret."""

import datetime as dt

from sqlalchemy.orm import Session

from directory.attention import PEOPLE_SILENT, abandoned_from, abandoned_since
from directory.audit.service import Act, record
from directory.handover import as_markdown, handover, neglect_told
from directory.settings import Settings
from tests.conftest import NOW
from tests.staff import make_person

_SECRET = "quillfeather-secret"  # noqa: S105 - of nobody


def test_it_names_people_and_places_and_no_secret(session: Session) -> None:
    make_person(session, "Ada", "admin")
    settings = Settings(
        database_url=f"postgresql+psycopg://x:{_SECRET}@db/x", mail_password=_SECRET, desk_secret=_SECRET,
        lookup_key=_SECRET, owner_database_url=_SECRET, mail_server="mail.example.org", backup_recipient=_SECRET,
    )  # fmt: skip
    text = as_markdown(handover(session, settings, now=NOW, version="1.0"))
    assert text.startswith("# Hand-over of Daybook, 2026-11-26\n")
    assert "- Ada: admin; works on network main; signs in with" in text
    assert "HANDRAIL_MAIL_PASSWORD (the password of the mail server): set." in text
    assert "handrail db restore FILE" in text
    assert "Last backup: never." in text
    assert _SECRET not in text
    assert "@" not in text, "no address of anybody stands in it"


def test_it_says_how_far_the_deployment_is_from_being_abandoned(session: Session) -> None:
    by = make_person(session, "Ada", "coordinator")
    record(session, [Act("person.signed-in", str(by), {}, by)], now=NOW)
    on = abandoned_from(session)
    assert on == (NOW + PEOPLE_SILENT).date()
    assert f"until {on} (60 days)" in neglect_told(session, now=NOW)
    assert abandoned_since(session, now=NOW + PEOPLE_SILENT - dt.timedelta(days=1)) is None
    assert "Nobody has looked after this directory since 2026-11-26" in neglect_told(session, now=NOW + PEOPLE_SILENT)
