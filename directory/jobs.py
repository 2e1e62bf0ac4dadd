"""Work that time itself makes necessary."""

import datetime as dt
import hashlib
import os
from collections.abc import Iterable
from random import SystemRandom
from zoneinfo import ZoneInfo

from directory.attention import abandoned_since
from directory.audit.anchor import Anchor, anchor_of, write_anchor
from directory.audit.signing import key_file, public_half, read_key, seal
from directory.audit.verification import last_anchor_file, trust_of
from directory.audit.verification import verify as findings_of
from directory.cards.queries import lapsed
from directory.confirming import wishes
from directory.confirming.bounces import note_refusal
from directory.confirming.entered import forget_entered
from directory.confirming.month import plan_month
from directory.confirming.rounds import ask_who_is_due
from directory.confirming.service import forget_over
from directory.db import Database, in_portions, queue_writers
from directory.doubted import suspend_doubted
from directory.errors import BadInputError, DirectoryError
from directory.handoff.outcomes import forget_old_outcomes
from directory.handoff.packs import forget_packs
from directory.handoff.protocols import forget_ended_protocols
from directory.integrity.service import do_what_is_due
from directory.listings.service import touch
from directory.mail.models import Job
from directory.mail.sending import send_due
from directory.mail.service import forget_letters, note_done
from directory.people.contacts import forget_contact_views
from directory.people.forgetting import forget_ended
from directory.people.letters import keepers
from directory.places.gazetteer import Gazetteer
from directory.planning.staff_wishes import forget_staff_wishes
from directory.planning.wishes import forget_old_wishes
from directory.reconciliation.alarm import Alarm
from directory.reconciliation.letters import LEAST_RECIPIENTS, mail_alarms, mail_anchor
from directory.reconciliation.service import reconcile
from directory.settings import Settings
from directory.vetting.pausing import end_old_pauses
from directory.worklist import reminders
from directory.worklist.notes import forget_ended_notes
from directory.worklist.weekly import put_out_weekly

RECONCILE = "reconcile"
# The task under which it is noted that calls were planned anew.
PLANNED_NIGHTLY = "plan-calls"
NOT_SOUND = "The audit is not what it was, so nothing is sealed. Run: handrail audit verify"


def refresh_lapsed_cards(database: Database) -> int:
    """Rebuild the cards on which something lapsed by itself (an expiry, the end of a closure); return their number."""
    with database.reading() as session:
        due = lapsed(session, now=session.info["now"])
    for portion in in_portions(due, 500):
        with database.transaction() as session:
            touch(session, *portion)
    return len(due)


def apply_what_is_due(database: Database, _settings: Settings) -> None:
    """Apply approved changes whose delay is over, and show again what nobody seconded to hide or to pause."""
    with database.transaction() as session:
        do_what_is_due(session, now=session.info["now"])
        end_old_pauses(session, now=session.info["now"])


def suspend_what_machines_doubt(database: Database, _settings: Settings) -> None:
    """Hide for 72 hours what two independent kinds of automatic evidence say is closed or dead, and have it called."""
    with Gazetteer() as gazetteer, database.transaction() as session:
        suspend_doubted(session, gazetteer=gazetteer, now=session.info["now"])


def seal_audit(database: Database, settings: Settings) -> Anchor:
    """Verify the audit and sign its end; return the anchor, which is kept beside the key too.

    Raises:
        DirectoryError: the audit does not hold, or the key cannot be read.
    """
    key, trust = read_key(key_file(settings)), trust_of(settings)
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        # A seal vouches for all before it, so nobody who wrote the record anew may get one by waiting for the clock.
        found = findings_of(session, keys=(*trust.keys, public_half(key)), anchor=trust.anchor, now=now)
        if any(finding.is_wrong for finding in found):
            raise DirectoryError(NOT_SOUND)
        anchor = anchor_of(seal(session, key, now=now))
    write_anchor(last_anchor_file(settings), anchor)
    return anchor


def seal_and_send(database: Database, settings: Settings) -> None:
    """Seal the audit and mail the anchor, where this process can read the key and two people have an address.

    On a server whose key belongs to another user, that user's own clock runs ``handrail audit seal``.
    """
    if not os.access(key_file(settings), os.R_OK):
        return
    anchor = seal_audit(database, settings)
    with database.transaction() as session:
        if len(keepers(session)) >= LEAST_RECIPIENTS:
            mail_anchor(session, anchor, by=None, now=session.info["now"])


def send_letters(database: Database, settings: Settings) -> None:
    """Send the letters that are due; that a server will never take one is evidence about the address."""
    send_due(database, settings, refused=note_refusal)


def ask_programs(database: Database, settings: Settings) -> None:
    """Ask programs by letter whether their listing is right, where a deployment wants that and can.

    Without a mail server letters would only wait; without a public host their links would lead nowhere; and where
    nobody looks after the directory any more (SAFETY I14) nobody would decide about what programs answer.
    """
    if settings.ask_programs != "on" or not (settings.mail_server and settings.public_host):
        return
    if not _is_abandoned(database):
        ask_who_is_due(database)


def answer_wishes(database: Database, settings: Settings) -> None:
    """Write to programs that asked for a letter themselves, where letters can go out; else they are called."""
    if settings.mail_server and settings.public_host and not _is_abandoned(database):
        wishes.answer_wishes(database)


def _is_abandoned(database: Database) -> bool:
    with database.reading() as session:
        return abandoned_since(session, now=session.info["now"]) is not None


def put_out_weekly_letters(database: Database, settings: Settings) -> None:
    """Tell those who want to know how much is due this week, where a deployment lets them and has a mail server."""
    if settings.weekly_letters != "on" or not settings.mail_server:
        return
    zone = zone_of(settings)
    with database.transaction() as session:
        put_out_weekly(session, zone=zone, now=session.info["now"])


def put_out_reminders(database: Database, settings: Settings) -> None:
    """Write about changes that wait and papers that run out, where a deployment wants that and has a mail server."""
    if settings.reminders != "on" or not settings.mail_server:
        return
    zone = zone_of(settings)
    with database.transaction() as session:
        reminders.put_out_reminders(session, zone=zone, now=session.info["now"])


def plan_calls_each_night(database: Database, settings: Settings) -> None:
    """Plan calls anew once a night, where people said how many minutes they have: what was learnt by day counts then.

    The first hours of a day on the clocks of the deployment, and later on a day on which the site was off then.
    """
    zone = ZoneInfo(zone_of(settings))
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        queue_writers(session)
        noted = session.get(Job, PLANNED_NIGHTLY, populate_existing=True)
        last = noted.last_ok_at if noted is not None else None
        if last is not None and last.astimezone(zone).date() >= now.astimezone(zone).date():
            return
        plan_month(session, now=now, random=SystemRandom())
        note_done(session, PLANNED_NIGHTLY, now=now)


def zone_of(settings: Settings) -> str:
    """The time zone of a deployment: that of its default area, UTC where it has none that is one place."""
    try:
        with Gazetteer() as gazetteer:
            return gazetteer.find(settings.default_area, country=settings.country).zone
    except DirectoryError:
        return "UTC"


def forget_what_is_over(database: Database, _settings: Settings) -> None:
    """Forget ended sessions and links, letters, who opened contacts, what came of calls, when their time is over."""
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        forget_contact_views(session, now=now)
        forget_ended(session, now=now)
        forget_letters(session, now=now)
        forget_over(session, now=now)
        forget_old_wishes(session, now=now)
        forget_staff_wishes(session, now=now)
        forget_entered(session, now=now)
        forget_old_outcomes(session, now=now)
        forget_ended_protocols(session, now=now)
        forget_packs(session, now=now)


def end_notes(database: Database, _settings: Settings) -> None:
    """Delete notes whose last day is over, and make sure that nothing of what was deleted is left in a file."""
    with database.transaction() as session:
        forget_ended_notes(session, now=session.info["now"])
    database.wipe("note")


def reconcile_all(database: Database, settings: Settings) -> list[Alarm]:
    """Do what is due, then hold everything that is stored against what was approved; return the differences.

    The job ``reconcile`` notes whether all was well. Of differences everybody who keeps the directory gets a letter: at
    once, and then once a day while they are the same.
    """
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        do_what_is_due(session, now=now)
    try:
        alarms = reconcile(database, now=now, trust=trust_of(settings))
    except BadInputError:
        words = "What the audit is held against, beside its key, is damaged."
        alarms = [Alarm("audit", "key", words), *reconcile(database, now=now)]
    note_alarms(database, alarms, job=RECONCILE)
    return alarms


def note_alarms(database: Database, alarms: list[Alarm], *, job: str) -> None:
    """Note in the row of a job that all is well, or that it is not; and then tell everybody who keeps the directory."""
    with database.transaction() as session:
        now: dt.datetime = session.info["now"]
        wrong = f"{len(alarms)} differences, {_mark(alarms, now.date())}" if alarms else None
        noted = session.get(Job, job)
        if wrong and (noted is None or wrong != noted.last_error):
            mail_alarms(session, alarms, now=now)
        note_done(session, job, now=now, error=wrong)


def _mark(alarms: Iterable[Alarm], day: dt.date) -> str:
    """What tells the same alarms on the same day from others."""
    told = " ".join(sorted(f"{alarm.kind} {alarm.subject}" for alarm in alarms))
    return hashlib.sha256(f"{day} {told}".encode()).hexdigest()[:12]
