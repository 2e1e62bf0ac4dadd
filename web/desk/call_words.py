"""What to say in a call about somebody and what they will ask, in the words of the public pages; nothing of a question.

Whoever is signed in has searched nothing here, so the words are those of somebody who has said nothing yet.
"""

from collections.abc import Iterable

import msgspec

from directory.cards.card import Card, Document
from directory.handoff.script import WAIT_MINUTES, Caller, Phrase, ask_for, matter_of, say, they_ask
from web.wording import Wording

_ENGLISH = Wording("en")
_NOBODY = Caller()


class CallWords(msgspec.Struct, frozen=True):
    """A call in words.

    Attributes:
        whom: whom to ask for, by role.
        say: what to say, sentence by sentence.
        note: what to leave out.
        asks: what they will ask: what the program states, then what is usual.
        no_answer: what to do where nobody answers.
        call_back: how they may call back.
    """

    whom: str
    say: tuple[str, ...]
    note: str
    asks: tuple[str, ...]
    no_answer: str
    call_back: str


def call_in_words(card: Card, documents: Iterable[Document], *, role: str) -> CallWords:
    """The words for a call to a listing, of its public documents, by the role of the line that is called."""
    t, matter = _ENGLISH, matter_of(card.kinds)
    stated = [fact for document in documents for fact in document.facts]
    whom = next((str(fact.value["text"]) for fact in stated if fact.field == "ask_for"), "")
    own = [str(fact.value["text"]) for fact in stated if fact.field == "intake_question"]
    usual = [_phrase("asks", one) for one in they_ask(matter, card, _NOBODY)]
    return CallWords(
        whom or t(f"call.whom.{ask_for(card, role=role)}"),
        tuple(_phrase("say", one) for one in say(matter, _NOBODY)),
        t("call.report_note" if matter == "report" else "call.note"),
        tuple(dict.fromkeys((*own, *usual))),
        f"{t('call.wait', minutes=WAIT_MINUTES)} {t('call.no_name')}",
        f"{t('call.back')} {t('call.word')}",
    )


def _phrase(prefix: str, one: Phrase) -> str:
    text_id = f"{prefix}.{one.code}"
    return _ENGLISH(text_id) if one.n is None else _ENGLISH.count(text_id, one.n)
