"""Whether a number was disconnected since somebody last confirmed it, asked of a service that the deployment chose.

Off unless ``HANDRAIL_LOOKUP_URL`` is set. The question is the one of the reassigned numbers database of the FCC, and of
companies that sell it: a number and the day on which it was last known to be right; the answer is *yes*, *no* or *no
data*. As those speak differently and need a contract, a small service of the deployment's own stands between:

    POST /whatever HTTP/1.1                     one question at a time, over https
    Authorization: Bearer KEY                   HANDRAIL_LOOKUP_KEY; not sent when there is none
    Content-Type: application/json

    {"number": "+13055550142", "since": "2026-01-31"}

    HTTP/1.1 200 OK
    Content-Type: application/json

    {"disconnected": "yes"}                     or "no", or "no data"

``since`` is the day (UTC) of the last confirmation. Nothing else is sent: no name, no reason, no number of ours. Every
other status, a redirect, another word, more than 64 KiB or more than ten seconds say nothing, and what says nothing is
no evidence. A ``Retry-After`` in seconds is heeded.

Numbers of an organization with a confidential service are left out, unless ``HANDRAIL_LOOKUP_CONFIDENTIAL`` allows
them: whoever answers would hold a list of such numbers, when each was called last, and who keeps that list; it can be
sold, stolen or demanded by a court.
"""

import asyncio
import datetime as dt

import msgspec

from directory.listings.fields import Phone
from directory.outbound import Internet
from directory.settings import Settings
from verifiers.look import Look, Verifier
from verifiers.subject import Known

_OUTCOMES = {"yes": "disconnected", "no": "in-service"}


class _Question(msgspec.Struct, frozen=True):
    number: str
    since: dt.date


class _Answer(msgspec.Struct, frozen=True):
    disconnected: str


def lookup(settings: Settings, internet: Internet) -> Verifier | None:
    """A check of numbers by the service of ``settings``: ``in-service`` or ``disconnected``; None where there is none.

    Only whole numbers (E.164) of which somebody has confirmed one day that they are right are asked about; of a short
    code, or a number that nobody confirmed, no such service can tell.
    """
    url, key = settings.lookup_url, settings.lookup_key
    if not url:
        return None

    async def look(known: Known) -> Look:
        question = _question(known, with_confidential=settings.lookup_confidential)
        if question is None:
            return Look()
        reply = await asyncio.to_thread(internet.ask, url, question, key=key)
        try:
            answer = msgspec.json.decode(reply.body, type=_Answer).disconnected
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            answer = ""
        return Look(_OUTCOMES.get(answer, ""), retry_after=reply.retry_after)

    return look


def _question(known: Known, *, with_confidential: bool) -> bytes | None:
    """The question as it is sent; None where none may be, or can be, asked."""
    if known.field != "phone" or known.verified_at is None or (known.is_confidential and not with_confidential):
        return None
    try:
        number = msgspec.convert(known.value, Phone).number
    except msgspec.ValidationError:
        return None
    if not number.startswith("+"):
        return None
    return msgspec.json.encode(_Question(number, known.verified_at.astimezone(dt.UTC).date()))
