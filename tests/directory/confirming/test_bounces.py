"""Letters to programs go out by a real server; one that comes back is evidence about the address, and only that."""

import datetime as dt
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory import jobs
from directory.confirming.bounces import MOST_BYTES, note_report
from directory.confirming.models import Confirmation
from directory.db import Database
from directory.errors import BadInputError, NotFoundError, RefusedError
from directory.freshness.models import Evidence
from directory.mail.models import Outbox
from directory.mail.queries import Unsent, unsent
from directory.mail.waiting import MOST_TRIES
from directory.settings import Settings, tells
from tests.conftest import NOW
from tests.directory.confirming.house import MAILBOX, House, found, saw
from tests.services.mail import Kept, catching

Post = tuple[Kept, Settings]


@pytest.fixture
def post() -> Iterator[Post]:
    with catching() as (kept, settings):
        yield kept, msgspec.structs.replace(settings, public_host="pages.example.org")


@pytest.fixture
def asked(database: Database) -> str:
    """A letter that waits; its key."""
    with database.transaction() as session:
        return House(session).ask(session)


def report_on(
    letter: EmailMessage | None, *, action: str = "failed", status: str = "5.1.1", whole: bool = True
) -> bytes:
    report = MIMEMultipart("report", report_type="delivery-status")
    report.attach(MIMEText("Your message could not be delivered.\n"))
    status_part = MIMEMessage(Message(), "delivery-status")
    about_host, about_one = Message(), Message()
    about_host["Reporting-MTA"] = "dns; mail.example.org"
    about_one["Final-Recipient"] = f"rfc822; {MAILBOX}"
    about_one["Action"], about_one["Status"] = action, status
    status_part.set_payload([about_host, about_one])
    report.attach(status_part)
    if letter is not None and whole:
        report.attach(MIMEMessage(letter))
    elif letter is not None:
        headers = "".join(f"{name}: {value}\n" for name, value in letter.items())
        report.attach(MIMEText(headers, "rfc822-headers"))
    return report.as_bytes()


def _unsent(database: Database) -> Unsent:
    with database.reading() as session:
        return unsent(session)


def test_the_letter_is_neutral_names_the_public_host_and_holds_the_key_once(
    database: Database, post: Post, asked: str
) -> None:
    kept, settings = post
    jobs.send_letters(database, settings)
    [letter] = kept.letters
    said = letter.get_content()
    assert letter["To"] == MAILBOX
    assert f"https://pages.example.org/v/{asked}\n" in said.replace("\r", "")
    assert "desk.example.org" not in said
    assert "Lantern" not in said
    assert not tells(f"{letter['Subject']} {said}".replace(asked, ""))
    assert said.count(asked) == 1
    with database.reading() as session:
        assert session.scalars(sa.select(Outbox.fields)).one() == "{}"


def test_a_refusal_for_good_is_evidence_and_the_letter_is_given_up(database: Database, post: Post, asked: str) -> None:
    kept, settings = post
    kept.refusal = "550 5.1.1 nobody of that name"
    jobs.send_letters(database, settings)
    assert _unsent(database) == Unsent(given_up=1)
    with database.transaction() as session:
        assert found(session, "mx") == [("email", "refuses")]
        assert session.scalars(sa.select(Confirmation.returned_at)).one() == NOW
        letter = session.scalars(sa.select(Outbox)).one()
        assert (letter.fields, letter.attempts) == ("{}", MOST_TRIES)


@pytest.mark.parametrize("says", ["450 4.2.0 later", "554 5.7.1 relay access denied"])
def test_later_and_a_refusal_of_policy_say_nothing_of_the_address(
    database: Database, post: Post, asked: str, says: str
) -> None:
    kept, settings = post
    kept.refusal = says
    jobs.send_letters(database, settings)
    assert _unsent(database) == Unsent(waiting=1, tried=1)
    with database.reading() as session:
        assert found(session, "mx") == []


@pytest.mark.parametrize("whole", [True, False])
def test_a_report_that_comes_later_is_evidence_once_and_then_nobody_writes_there(
    database: Database, post: Post, asked: str, *, whole: bool
) -> None:
    kept, settings = post
    jobs.send_letters(database, settings)
    report = report_on(kept.letters[0], whole=whole)
    with database.transaction() as session:
        assert note_report(session, report, now=NOW)
        assert note_report(session, report, now=NOW + dt.timedelta(hours=1))
        assert found(session, "mx") == [("email", "refuses")]
        assert session.scalars(sa.select(Evidence.actor_role).where(Evidence.method == "mx")).one() is None


def test_a_delay_and_a_report_of_policy_note_nothing(database: Database, post: Post, asked: str) -> None:
    kept, settings = post
    jobs.send_letters(database, settings)
    with database.transaction() as session:
        for action, status in (("delayed", "4.4.1"), ("failed", "4.4.1"), ("delivered", "2.0.0"), ("failed", "5.7.1")):
            assert not note_report(session, report_on(kept.letters[0], action=action, status=status), now=NOW)
        assert found(session, "mx") == []


def test_a_report_about_no_letter_of_ours_is_refused(session: Session) -> None:
    House(session).ask(session)
    letter = EmailMessage()
    letter["Message-ID"] = f"<{'0' * 32}@example.org>"
    for report in (report_on(letter), report_on(None)):
        with pytest.raises(NotFoundError):
            note_report(session, report, now=NOW)
    for strange in (b"", b"\xff" * 1_000, b"Subject: hello\n\nhello", b"a" * (MOST_BYTES + 1)):
        with pytest.raises(BadInputError):
            note_report(session, strange, now=NOW)
    assert found(session, "mx") == []


def test_a_report_counts_for_two_weeks_however_long_letters_are_remembered(
    database: Database, post: Post, asked: str
) -> None:
    kept, settings = post
    jobs.send_letters(database, settings)
    report = report_on(kept.letters[0])
    with database.transaction() as session:
        with pytest.raises(NotFoundError, match="lately"):
            note_report(session, report, now=NOW + dt.timedelta(days=14, seconds=1))
        assert note_report(session, report, now=NOW + dt.timedelta(days=14))


def test_after_a_report_nobody_is_asked_at_that_address_until_somebody_confirms_it(session: Session) -> None:
    house = House(session)
    house.ask(session)
    session.scalars(sa.select(Confirmation)).one().returned_at = NOW
    saw(session, house.fact(session, "email"), "mx", "refuses", odds=3)
    with pytest.raises(RefusedError, match="came back"):
        house.ask(session)
