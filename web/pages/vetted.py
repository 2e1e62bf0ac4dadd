"""How a program was looked at, in one or two sentences for readers."""

import datetime as dt
from collections.abc import Sequence

from directory.cards.vetted import Vetted, told_in
from web.pages.evidence import said_on
from web.wording import Wording

_STEPS = {"active": "vetted.active", "trained": "vetted.trained", "agreement-signed": "vetted.agreement"}


def vetted_in_words(steps: Sequence[Vetted], *, today: dt.date, t: Wording) -> str:
    """What was looked at and since when, and by when again; empty where nothing that holds is told."""
    told = told_in(list(steps), today)
    if not told:
        return ""
    said = t("vetted.line", steps=t.both([t(_STEPS[one.step], month=said_on(one.since, t)) for one in told]))
    until = min(filter(None, (one.until for one in told)), default="")
    return f"{said} {t('vetted.again', month=said_on(until, t))}" if until else said
