"""The command ``doctor``: whether a deployment does what its pages promise, and what only a person can see.

It also looks at the browser of a shared screen, which is somebody else's: ``--kiosk`` (``web.kiosk``).

It tells in whole sentences what is wrong and what to do, and never a value: neither the address of the exit nor the
name of a host stands in what it prints.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import click
import msgspec
import sqlalchemy as sa
from rich.console import Console

from directory.attention import abandoned_since
from directory.bootstrap import open_database
from directory.checking.queries import clockwork
from directory.clock import utc_now
from directory.db import Database, sqlite_file
from directory.errors import DirectoryError, SettingsError
from directory.json_output import write_json
from directory.mail.queries import failing, unsent
from directory.outbound import Certificate, Internet, Outbound, Seen
from directory.pinned import problem_of
from directory.privacy.kept import differences, kept
from directory.privacy.schema import held_by
from directory.settings import Settings, check, data_folder, exits_of, load_settings, telling_names, tells
from directory.soundness import problems_of
from directory.suspended import shown_lines, suspensions

State = Literal["ok", "warn", "fail"]

_PINNED_DAYS = 180
# An exit that takes longer leaves people in front of an empty page.
_SLOW_SECONDS = 3.0
_MARKS: dict[State, str] = {"ok": "ok  ", "warn": "LOOK", "fail": "FAIL"}
# What no program can see from here.
CHECKLIST = (
    "Open every exit in a browser that is signed in everywhere: it shows nothing that was looked at or bought before.",
    "The web server in front writes no access log, and neither do a load balancer, a firewall or a hosting company.",
    "The web server in front does not compress answers: their sizes are padded, to tell nothing of what was asked.",
    "The web server in front sends http on to https, and sets X-Forwarded-For itself if its word is taken.",
    "Name servers, certificates and their public logs show the host name; nothing in it tells the topic.",
    "Disks, swap space and backups are encrypted, and somebody knows who holds the keys.",
    "A backup was read back lately; backups from before a location was withdrawn are destroyed.",
    "Somebody has called the pinned lines lately, and knows whom to call when one of them changes.",
    "Where a workplace manages browsers: they do not sync histories, open pages beforehand or record screens.",
    "The site prints no warning when it starts.",
    "The records sheet (handrail privacy sheet) is printed, filled in, and lies where a subpoena would arrive.",
)


class Finding(msgspec.Struct, frozen=True):
    """What was looked at, how it is, and what to do about it."""

    check: str
    state: State
    text: str


def examine(settings: Settings, *, outbound: Outbound | None, now: dt.datetime) -> Iterator[Finding]:
    """Look at everything that a program can see of a deployment; without ``outbound`` not at the network."""
    yield from _database(settings, now)
    yield _default_area(settings)
    yield _pinned(settings, now)
    yield from _names(settings, outbound)
    for language, url in sorted(exits_of(settings).items()):
        yield _exit(f"exit in {language}" if language else "exit", outbound.look(url) if outbound else None, settings)


def _database(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    file = sqlite_file(settings.database_url)
    if file is not None and not file.exists():
        # To open it would make it.
        yield Finding("database", "fail", "There is none yet. Run: handrail init")
        return
    try:
        database = open_database(settings.database_url)
        try:
            problems = problems_of(database)
            yield from (
                Finding(f"database: {subject}", "fail" if found else "ok", f"{'; '.join(found) or 'Sound'}.")
                for subject, found in problems.items()
            )
            yield _register(database)
            if not problems["schema"]:
                yield _attention(database, now)
                yield _letters(database, settings)
                yield _asking(database, settings, now)
                yield _clock(database)
                yield _checks(database, settings)
        finally:
            database.dispose()
    except DirectoryError as error:
        yield Finding("database", "fail", str(error))
    except sa.exc.SQLAlchemyError:
        yield Finding("database", "fail", "It cannot be reached or read. Check HANDRAIL_DATABASE_URL.")


def _attention(database: Database, now: dt.datetime) -> Finding:
    with database.reading() as session:
        since = abandoned_since(session, now=now)
    if since is not None:
        text = f"Nobody has looked after this deployment since {since}. Its pages say so, and show little."
        return Finding("attention", "warn", text)
    return Finding("attention", "ok", "Somebody looks after this deployment.")


def _letters(database: Database, settings: Settings) -> Finding:
    """Whether people who work here hear of what needs them."""
    with database.reading() as session:
        left = unsent(session)
    has_server = bool(settings.mail_server)
    if left.waiting and not has_server:
        text = f"{left.waiting} wait, and HANDRAIL_MAIL_SERVER is not set: nobody who works here hears of anything."
        return Finding("letters", "warn", text)
    if left.tried or left.given_up:
        text = (
            f"{left.tried} were tried in vain, {left.given_up} given up. Check the mail server and people's addresses."
        )
        return Finding("letters", "warn", text)
    if has_server and not (settings.desk_host or settings.public_host):
        text = "They lead to localhost. Set HANDRAIL_DESK_HOST or HANDRAIL_PUBLIC_HOST."
        return Finding("letters", "warn", text)
    text = "None was tried in vain." if has_server else "None waits. None is sent: HANDRAIL_MAIL_SERVER is not set."
    return Finding("letters", "ok", text)


def _asking(database: Database, settings: Settings, now: dt.datetime) -> Finding:
    """Whether programs are asked by letter, unless somebody does it."""
    subject = "letters to programs"
    if settings.ask_programs == "off":
        text = "HANDRAIL_ASK_PROGRAMS is off: a program is asked by letter when somebody who works here does it."
        return Finding(subject, "ok", text)
    if not (settings.mail_server and settings.public_host):
        text = "HANDRAIL_ASK_PROGRAMS is on, and nobody is asked: set HANDRAIL_MAIL_SERVER and HANDRAIL_PUBLIC_HOST."
        return Finding(subject, "warn", text)
    with database.reading() as session:
        is_abandoned = abandoned_since(session, now=now) is not None
    if is_abandoned:
        text = "HANDRAIL_ASK_PROGRAMS is on, and nobody is asked while nobody looks after this deployment."
        return Finding(subject, "warn", text)
    text = (
        "Programs are asked by letter twice a year whether their listing is right, and after calls in vain once more."
    )
    return Finding(subject, "ok", text)


def _clock(database: Database) -> Finding:
    """Whether what time makes necessary is done."""
    with database.reading() as session:
        failed = failing(session)
    if failed:
        told = ", ".join(f"{name} ({error})" for name, error in failed.items())
        return Finding("regular tasks", "warn", f"When last done these failed: {told}. The site's log says where.")
    return Finding("regular tasks", "ok", "None failed when it was last done.")


def _checks(database: Database, settings: Settings) -> Finding:
    """Whether it is looked whether facts still hold."""
    if settings.checks == "off":
        return Finding("checks", "warn", "HANDRAIL_CHECKS is off: nothing looks whether what is listed still holds.")
    with database.reading() as session:
        found = clockwork(session, now=session.info["now"])
    behind = found.backlog
    if found.last_tick_at is None and not behind.planned:
        return Finding("checks", "ok", "None is planned yet: the clock of handrail serve or worker does that.")
    told = f"{behind.due} are due, {behind.overdue} for more than a day, {behind.failing} got no answer three times."
    if found.last_tick_at is None:
        return Finding("checks", "warn", f"The clock has not ticked yet: handrail serve or worker must run. {told}")
    last = f"{found.last_tick_at:%Y-%m-%d %H:%M} UTC"
    if found.is_silent:
        return Finding("checks", "warn", f"The clock ticked last at {last}: start handrail serve or worker. {told}")
    if found.error:
        return Finding("checks", "warn", f"The last tick failed ({found.error}). The site's log says where. {told}")
    state: State = "warn" if behind.overdue else "ok"
    return Finding("checks", state, f"The clock ticked last at {last}. {told}")


def _register(database: Database) -> Finding:
    if differences(kept(), held_by(database), database="sqlite" if database.is_sqlite else "postgresql"):
        text = "The database holds what the register does not name. See: handrail privacy check"
        return Finding("what is kept", "fail", text)
    return Finding("what is kept", "ok", "The database holds what the register names, and nothing else.")


def _default_area(settings: Settings) -> Finding:
    from web.pages.cover import own_area

    if not settings.default_area:
        text = "HANDRAIL_DEFAULT_AREA is not set: every search needs a place, and the cover shows no sun."
        return Finding("area", "warn", text)
    try:
        own_area(settings)
    except DirectoryError:
        return Finding("area", "fail", "HANDRAIL_DEFAULT_AREA must be one place: a ZIP code, or a city with state.")
    return Finding("area", "ok", "Searches begin in a place that the gazetteer knows.")


def _pinned(settings: Settings, now: dt.datetime) -> Finding:
    subject = "pinned lines"
    if problem := problem_of(data_folder()):
        text = f"{problem} So pinned.json in the data folder is not used: handrail pinned update brings a good one."
        return Finding(subject, "fail", text)
    try:
        suspensions()
    except DirectoryError as error:
        return Finding(subject, "fail", f"{error} Nothing is suspended.")
    pinned = shown_lines(settings.country, today=now.date())
    if not pinned.lines:
        return Finding(subject, "warn", "No national line is known for HANDRAIL_COUNTRY: no page shows one.")
    if pinned.being_checked:
        text = "Two admins suspended one, and after 14 days it is shown again. Call it, and get a newer file."
        return Finding(subject, "warn", text)
    age = (now.date() - pinned.dated).days
    if age > _PINNED_DAYS:
        text = f"Their file is {age} days old. Get a newer one (handrail pinned update), and call the lines."
        return Finding(subject, "warn", text)
    return Finding(subject, "ok", f"Their file is {age} days old.")


def _names(settings: Settings, outbound: Outbound | None) -> Iterator[Finding]:
    for sentence in telling_names(settings):
        yield Finding("names", "warn", sentence)
    if not settings.public_host:
        text = "HANDRAIL_PUBLIC_HOST is not set, so neither the host name nor its certificate is looked at."
        yield Finding("names", "warn", text)
    elif outbound is None:
        yield Finding("certificate", "warn", "Not looked at: --offline.")
    else:
        yield _certificate(outbound.certificate_names(settings.public_host))


def _certificate(shown: Certificate) -> Finding:
    if shown.problem:
        text = f"The public host shows no certificate that can be read: {shown.problem}."
        return Finding("certificate", "fail", text)
    if any(map(tells, shown.names)):
        text = "One of its names tells what this site is, and public logs show all of them."
        return Finding("certificate", "warn", text)
    return Finding("certificate", "ok", f"None of its names ({len(shown.names)}) tells what this site is.")


def _exit(name: str, seen: Seen | None, settings: Settings) -> Finding:
    if seen is None:
        return Finding(name, "warn", "Not looked at: --offline.")
    if seen.problem or seen.status != 200:
        what = seen.problem or f"it answers {seen.status}"
        text = f"From here it shows no page: {what}. Whoever leaves must come to one: choose another."
        return Finding(name, "fail", text)
    if seen.seconds > _SLOW_SECONDS:
        text = f"It took {seen.seconds:.0f} seconds: so long people who leave look at an empty page."
        return Finding(name, "warn", text)
    try:
        check(msgspec.structs.replace(settings, exit_url=f"https://{seen.host}/", exit_urls=""))
    except SettingsError:
        text = "It leads on to a host that is not known as neutral. Name that one, or another exit."
        return Finding(name, "warn", text)
    return Finding(name, "ok", "It answers over https, and quickly.")


@click.command()
@click.option("--offline", is_flag=True, help="Look at nothing that needs the network.")
@click.option(
    "--kiosk",
    "kiosk_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Look at the browser of a shared screen instead: what edge://policy or chrome://policy exports, a file of "
    "managed policies, or policies.json of Firefox.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings and the checklist as JSON.")
def doctor(*, offline: bool, kiosk_file: Path | None, as_json: bool) -> None:
    """Look whether this deployment does what its pages promise.

    Then comes a list of what only a person can see. Ends with 1 if something fails.
    """
    from web.kiosk import examine_kiosk, kiosk

    checklist: Sequence[str] = CHECKLIST
    if kiosk_file is None:
        findings = list(examine(load_settings(), outbound=None if offline else Internet(), now=utc_now()))
    else:
        checklist = kiosk().checklist
        findings = list(examine_kiosk(kiosk_file))
    if as_json:
        write_json({"checks": findings, "checklist": checklist})
    else:
        _print(findings, checklist)
    if any(finding.state == "fail" for finding in findings):
        raise SystemExit(1)


def _print(findings: Sequence[Finding], checklist: Sequence[str]) -> None:
    console = Console(highlight=False)
    styles: dict[State, str] = {"ok": "green", "warn": "yellow bold", "fail": "bold reverse"}
    widest = max(len(finding.check) for finding in findings)
    for finding in findings:
        mark = f"[{styles[finding.state]}]{_MARKS[finding.state]}[/]"
        console.print(f"{mark}  {finding.check:<{widest}}  {finding.text}", soft_wrap=not console.is_terminal)
    console.print("\n[bold]What no program can see. Please look:[/]")
    for line in checklist:
        console.print(rf"  \[ ] {line}", soft_wrap=not console.is_terminal)
