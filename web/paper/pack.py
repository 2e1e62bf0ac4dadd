"""A pack as a file to print: what stands in it, whom to call first, boxes for a form, cards to cut.

On every sheet stands until when it is good, and what holds afterwards; but not on cards, which leave the house.
"""

from collections.abc import Sequence

import msgspec

from web.pack.contents import PackContents, PackEntry, PackPinned
from web.pages.asking import TILES
from web.paper.card import LABELS
from web.paper.drawing import Paper, draw_sheet
from web.wording import Wording

# Two cards of 3.5 by 2 inches in a row, the same number on both.
CARD_ROWS = 5
_MOST_IN_TURN = 2
# What a box of 3.5 by 2.25 inches has room for, and one of 7 by 2 inches.
BOX_LINES, WIDE_BOX_LINES = 6, 10
# Numbers of a house that stand on no page: somebody writes them in.
_OWN = ("sheet.own.social", "sheet.own.night", "sheet.own.interpreter", "sheet.own.charge", "sheet.own.safety")


class Turn(msgspec.Struct, frozen=True):
    """Who is called for a kind of need: for each time of the pack, the numbers in the order in which to call them."""

    label: str
    calls: tuple[tuple[PackEntry, ...], ...]


class CardOfPack(msgspec.Struct, frozen=True):
    """A number to carry: its digits, the words above it on the first of its two cards, and what is heard first."""

    digits: str
    label: str
    heard: str


class BoxLine(msgspec.Struct, frozen=True):
    """A number in a box: neutral words and its digits."""

    label: str
    digits: str


def pack_pdf(contents: PackContents, t: Wording, *, paper: Paper) -> bytes:
    """The prints of a pack in its language, ``t``."""
    lines = box_lines(contents, t)
    return draw_sheet(
        "pack",
        paper=paper,
        pack=contents,
        t=t,
        fixed=_digits(contents),
        turns=turns(contents),
        last=next(iter(_digits(contents)), ""),
        own=_OWN,
        boxes=((89, 57, lines[:BOX_LINES], ()), (178, 51, *_halves(lines[:WIDE_BOX_LINES]))),
        cards=cards_of_pack(contents, t),
        rows=CARD_ROWS,
    )


def turns(contents: PackContents) -> list[Turn]:
    """Who is called first, by kind of need and time: whoever answers all of it, then part of it, then who knows.

    Whoever does not answer at a time is not called then.
    """
    found = []
    for section in contents.sections:
        calls = []
        for place in range(len(contents.times)):
            by_cell = {
                cell: [one for one in section.entries if one.cells[place] == cell] for cell in ("yes", "part", "ask")
            }
            calls.append(tuple([entry for entries in by_cell.values() for entry in entries][:_MOST_IN_TURN]))
        found.append(Turn(section.label, tuple(calls)))
    return found


def cards_of_pack(contents: PackContents, t: Wording) -> list[CardOfPack]:
    """Numbers for cards: those that are known to answer neutrally first, then the pinned ones with what they say.

    One that readers doubt, that is for practice, or that needs words to be dialled stands on none.
    """
    entries = [entry for section in contents.sections for entry in section.entries]
    chosen = {entry.lines[0].digits: entry.greeting for entry in entries if _may_be_carried(entry)}
    pinned = _lines(contents)
    kept = list(chosen.items())[: CARD_ROWS - min(len(pinned), 1)]
    kept += [(line.digits, t("carry.says_topic")) for line in pinned[: CARD_ROWS - len(kept)]]
    labels = [t(f"card_label.{label}") for label in LABELS if label != "blank"]
    return [CardOfPack(digits, labels[place % len(labels)], heard) for place, (digits, heard) in enumerate(kept)]


def box_lines(contents: PackContents, t: Wording) -> list[BoxLine]:
    """Numbers for a box: the pinned ones, then the first of each kind of need that has neutral words."""
    pinned = [BoxLine(line.hours, line.digits) for line in _lines(contents)]
    first = [
        BoxLine(t(f"tile.{section.kind}"), section.entries[0].lines[0].digits)
        for section in contents.sections
        if section.kind in TILES and not section.entries[0].is_practice
    ]
    return pinned + first


def _may_be_carried(entry: PackEntry) -> bool:
    line = entry.lines[0]
    is_plain = not (line.before or line.after)
    return entry.is_neutral and is_plain and not entry.is_practice and not entry.reported


def _lines(contents: PackContents) -> list[PackPinned]:
    """The pinned lines that are shown, without the emergency number, which everybody knows by heart."""
    return [line for line in contents.pinned if len(line.digits) > 3]


def _digits(contents: PackContents) -> list[str]:
    return [line.digits for line in contents.pinned if line.digits]


def _halves(lines: Sequence[BoxLine]) -> tuple[Sequence[BoxLine], Sequence[BoxLine]]:
    middle = (len(lines) + 1) // 2
    return lines[:middle], lines[middle:]
