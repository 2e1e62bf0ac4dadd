"""A number in hand: read aloud and learned by heart first, on a card only when the person wants one (SAFETY C6, C7)."""

import msgspec

from directory.cards.card import Card, CardPhone
from directory.errors import NotFoundError
from directory.pinned import PinnedLine
from directory.values.phone import RELAY_CODE, grouped, has_relay
from web.dependencies import Site
from web.pages.asking import HAND, LISTING, Asked
from web.pages.choices import Choice
from web.pages.listing import find_listing
from web.pages.listing_sheet import ShownRow
from web.pages.opening import Opening, opening
from web.pages.reliability_words import calls_row
from web.pages.reminders import interpreter_notes, notes_for, shown_chart
from web.pages.report_lines import report_lines
from web.pages.result_card import ShownLine, shown_line
from web.pages.term_words import term_words
from web.pages.told import outcome_choices
from web.paper.card import LABELS, SIZES
from web.paper.release_form import signed_in
from web.wording import Wording

# What stands before the place of a pinned line in the value of the field.
PINNED = "pinned"
# A card has room for so many numbers.
_MOST_NUMBERS = 3
_DIGITS_SAID_AT_ONCE = 3
# A pinned line is known by its name, and its name names the topic.
_PINNED_AS = "names-topic"


class Chunk(msgspec.Struct, frozen=True):
    """A part of a number that is said in one breath: its digits, and how they are said."""

    digits: str
    spoken: str


class CardNumber(msgspec.Struct, frozen=True):
    """A number that a card may hold: its digits in groups, what is heard first, and whether that tells nothing."""

    digits: str
    answers_as: str
    is_neutral: bool


class InHand(msgspec.Struct, frozen=True, kw_only=True):
    """The number that is read aloud, and what belongs to it.

    Attributes:
        value: of the field ``HAND``.
        name: of the service; empty for a pinned line, whose name would tell. ``under`` says whose it is, and where.
        number: E.164 or a short code.
        after: what to dial afterwards, in words; ``extension`` in digits.
        answers_as: what the person hears first, a code of the vocabulary.
        card: of its listing; None for a pinned line.
        line: on that card; whether somebody answers now is said of it, not of the listing's other lines.
        others: further numbers that a card may hold, with what is heard there first.
        texts: where to send texts; ``spelled`` is what the digits spell on a keypad.
    """

    value: str
    name: str = ""
    under: str = ""
    number: str
    after: str = ""
    extension: str = ""
    answers_as: str = "unknown"
    card: Card | None = None
    line: CardPhone | None = None
    others: tuple[tuple[str, str], ...] = ()
    texts: tuple[ShownLine, ...] = ()
    relays: tuple[ShownLine, ...] = ()
    spelled: str = ""


async def read_aloud(site: Site, t: Wording, asked: Asked, in_hand: str, *, from_listing: str) -> bytes:
    """The page on which a number is read aloud.

    Args:
        site: the deployment.
        t: the language.
        asked: the question that the way back leads to; it knows who reads.
        in_hand: the value of the field ``HAND``: a listing and one of its lines, or a pinned line.
        from_listing: the listing whose page the press was on; empty elsewhere.

    Raises:
        NotFoundError: there is no such number, or nobody may see it (any longer).
    """
    number = await find_number(site, t, in_hand)
    card = number.card
    came_from = [(LISTING, from_listing)] if from_listing else []
    opens = opening(card, now=site.clock(), t=t, line=number.line) if card else None
    calls = await calls_row(site, t, card.id, is_private=card.block == "confidential") if card else None
    return site.pages.page(
        "aloud",
        t,
        kept=[*asked.hidden(), *came_from, (HAND, in_hand)],
        listing=from_listing,
        can_go_back=asked.is_searchable,
        hand=number,
        chunks=chunks(number.number, t),
        opens=opens,
        rows=_rows(number, t, opens, calls),
        outcomes=outcome_choices(t) if card else (),
        notes=notes_for(t, asked, card, country=site.settings.country),
        reporting=await report_lines(site, t, asked),
        interpreter=interpreter_notes(card, t, language=asked.language) if card else (),
        chart=shown_chart(t),
        numbers=card_numbers(number),
        labels=[Choice(code, t(f"card_label.{code}")) for code in LABELS],
        sizes=[Choice(code, t(f"card_size.{code}")) for code in SIZES],
        has_file=site.can_print,
        signed_in=[one.name for one in signed_in(t, site.pages.wording)],
    )


async def find_number(site: Site, t: Wording, in_hand: str) -> InHand:
    """The number that a value of the field ``HAND`` means; raises ``NotFoundError``."""
    listing, _, slot = in_hand.partition(":")
    pinned = site.pages.pinned()
    if listing == PINNED:
        if not slot.isdecimal() or int(slot) >= len(pinned.lines) or int(slot) in pinned.being_checked:
            raise NotFoundError("There is no such line.")
        return _pinned(in_hand, pinned.lines[int(slot)])
    card = (await find_listing(site, listing)).card
    line = next((phone for phone in card.phones if phone.slot == slot and phone.kind != "fax"), None)
    if line is None:
        raise NotFoundError("There is no such line.")
    return _of_listing(in_hand, card, line, pinned.shown, t)


def chunks(number: str, t: Wording) -> tuple[Chunk, ...]:
    """A number in the parts in which it is read aloud."""
    return tuple(Chunk(part, _spoken(part, t)) for part in grouped(number).split())


def card_numbers(number: InHand) -> tuple[CardNumber, ...]:
    """The numbers that a card may hold, that in hand first."""
    offered: dict[str, str] = {}
    for e164, how in ((number.number, number.answers_as), *number.others):
        offered.setdefault(e164, how)
    return tuple(
        CardNumber(grouped(e164) + _afterwards(number, e164), how, is_neutral=how == "neutral")
        for e164, how in list(offered.items())[:_MOST_NUMBERS]
    )


def _afterwards(number: InHand, e164: str) -> str:
    """What is to be dialled afterwards, as a card has it: behind a dash, because a word would tell."""
    return f" - {number.extension}" if number.extension and e164 == number.number else ""


def _pinned(value: str, line: PinnedLine) -> InHand:
    texts = (ShownLine(line.text.code),) if line.text else ()
    return InHand(
        value=value,
        number=line.number,
        answers_as=_PINNED_AS,
        texts=texts,
        relays=(ShownLine(line.tty),) if line.tty else (),
        spelled=line.text.spelled if line.text else "",
    )


def _of_listing(value: str, card: Card, line: CardPhone, pinned: tuple[PinnedLine, ...], t: Wording) -> InHand:
    spoken = [phone.number for phone in card.phones if phone.kind == "voice" and not phone.ext]
    beside = [phone for phone in card.phones if phone is not line]
    texts = tuple(shown_line(phone, t) for phone in beside if phone.kind in ("text", "whatsapp"))
    relays = tuple(shown_line(phone, t) for phone in beside if phone.kind == "tty")
    if not relays and has_relay(line.number):
        relays = (ShownLine(RELAY_CODE),)
    return InHand(
        value=value,
        name=card.name,
        under=" · ".join(filter(None, (card.organization, card.place if card.block == "site" else ""))),
        number=line.number,
        after=shown_line(line, t).after,
        extension=line.ext.removeprefix("OPT"),
        answers_as=card.answers_as,
        card=card,
        line=line,
        others=(
            *((number, card.answers_as) for number in spoken[:2]),
            *((one.number, _PINNED_AS) for one in pinned),
        ),
        texts=texts,
        relays=relays,
    )


def _rows(
    number: InHand, t: Wording, opens: Opening | None, calls: ShownRow | None
) -> list[tuple[str, str, tuple[ShownLine, ...]]]:
    """What stands beside the digits: heading, words, lines."""
    rows: list[tuple[str, str, tuple[ShownLine, ...]]] = []
    if opens:
        rows.append((t("aloud.hours"), f"{opens.lead} {opens.detail}".strip(), ()))
    if calls:
        rows.append((calls.heading, " ".join(filter(None, (*calls.texts, calls.why))), ()))
    if number.after:
        rows.append((t("aloud.after"), number.after, ()))
    rows.append((t("row.greeting"), t.sentence(term_words("answers-as", number.answers_as, t)), ()))
    rows.append((t("line.text"), "" if number.texts else t("aloud.no_text"), number.texts))
    if number.spelled:
        rows.append((t("aloud.keypad"), t("aloud.keypad.spelled", word=number.spelled), ()))
    if number.relays:
        rows.append((t("line.relay"), "", number.relays))
    return rows


def _spoken(part: str, t: Wording) -> str:
    """Digits one by one; of four the pairs are set apart, as people say them."""
    said = [t("digit.plus" if sign == "+" else f"digit.{sign}") for sign in part if sign.isdecimal() or sign == "+"]
    breath = t("digit.join")
    if len(said) <= _DIGITS_SAID_AT_ONCE:
        return breath.join(said)
    pairs = [breath.join(said[start : start + 2]) for start in range(0, len(said), 2)]
    return t("list.comma").join(pairs)
