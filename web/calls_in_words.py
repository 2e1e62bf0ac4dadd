"""How calls to a listing went, in words of one language: for its page, for the program itself, and at the desk."""

from directory.handoff.reliability import Reliability
from web.wording import Wording


def calls_in_words(found: Reliability | None, t: Wording, *, is_private: bool) -> tuple[str, str]:
    """What calls came to, and over which weeks; of a confidential listing months are told and no days (SAFETY L8).

    The second text is empty where too few calls are known.
    """
    if found is None:
        return t("reliability.few"), ""
    texts = [
        t("reliability.answered", answered=found.answered, n=found.tries)
        if found.answered
        else t("reliability.never", n=found.tries)
    ]
    if found.usual:
        texts.append(t(f"reliability.usual.{found.usual}"))
    if found.full:
        texts.append(t("reliability.full", n=found.full))
    first, last = (t.month(day) if is_private else day for day in (found.first, found.last))
    return " ".join(texts), t("reliability.weeks", first=first, last=last)
