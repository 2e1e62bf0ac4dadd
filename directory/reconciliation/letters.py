"""Letters to everybody who keeps this directory: an anchor of the audit, or an alarm. Never a value, only counts."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from directory.audit.anchor import Anchor, spoken
from directory.audit.service import Act, record
from directory.errors import RefusedError
from directory.mail.service import put_out
from directory.people.letters import keepers
from directory.reconciliation.alarm import Alarm

ANCHORED = "audit.anchored"
ALARMED = "audit.alarmed"
# An anchor that only one person holds is lost with them.
LEAST_RECIPIENTS = 2


def mail_anchor(session: Session, anchor: Anchor, *, by: int | None, now: dt.datetime) -> int:
    """Put the letter ``anchor`` into the outbox for every keeper; return how many there are.

    Its fields are ``seq``, ``hash``, ``at``, ``key``, ``signature`` and ``line``, which can be read aloud.

    Raises:
        RefusedError: fewer than two of them have an e-mail address.
    """
    recipients = keepers(session)
    if len(recipients) < LEAST_RECIPIENTS:
        raise RefusedError("An anchor is mailed to two coordinators or admins at least; fewer have an address here.")
    fields = {
        "seq": str(anchor.seq), "hash": anchor.hash, "at": anchor.at.isoformat(), "key": anchor.key,
        "signature": anchor.signature, "line": spoken(anchor),
    }  # fmt: skip
    for recipient in recipients:
        put_out(session, recipient, "anchor", fields, now=now)
    record(session, [Act(ANCHORED, str(anchor.seq), {"way": "mail", "letters": len(recipients)}, by)], now=now)
    return len(recipients)


def mail_alarms(session: Session, alarms: Sequence[Alarm], *, now: dt.datetime) -> int:
    """Put the letter ``alarm`` into the outbox for every keeper; return how many there are.

    Its fields are ``count``, ``kinds`` (``2 card, 1 values``) and ``at``: how much is wrong, and where to look.
    """
    counted = Counter(alarm.kind for alarm in alarms)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items()))
    fields = {"count": str(len(alarms)), "kinds": kinds, "at": now.isoformat(timespec="seconds")}
    recipients = keepers(session)
    for recipient in recipients:
        put_out(session, recipient, "alarm", fields, now=now)
    body = {"kinds": dict(sorted(counted.items())), "letters": len(recipients)}
    record(session, [Act(ALARMED, str(len(alarms)), body)], now=now)
    return len(recipients)
