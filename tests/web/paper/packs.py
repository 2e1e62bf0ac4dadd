"""Packs in words, of any length and language, without a directory behind them."""

import datetime as dt

from directory.pinned import pinned_lines
from web.pack import contents as of_pack
from web.pack.by_hour import Cell
from web.pack.choosing import SECTIONS
from web.pack.contents import PackContents, PackEntry, PackReporting, PackReportLine, PackSection
from web.pages.result_card import ShownLine
from web.pages.term_words import term_words
from web.wording import Wording

SERIAL = "4821-7731"
GOOD_UNTIL = dt.date(2027, 2, 26)
CELLS: tuple[tuple[Cell, Cell, Cell], ...] = (
    ("yes", "yes", "yes"),
    ("yes", "no", "no"),
    ("part", "ask", "no"),
    ("no", "yes", "yes"),
)


def entry_of(t: Wording, number: int, *, name: str = "Quiet beds", **changed: object) -> PackEntry:
    """A listing that says its name when it answers, at any hour."""
    greeting = "neutral" if changed.get("is_neutral") else "names-service"
    usual: dict[str, object] = {
        "name": name,
        "under": "Calle Nueva, Miami, FL",
        "is_private": False,
        "is_practice": False,
        "lines": (ShownLine(f"305 555 {number:04}"),),
        "confirmed": t("pack.made", date=GOOD_UNTIL),
        "reported": "",
        "hours": ((t("pack.line"), t("hours.always")),),
        "zone": "",
        "cells": CELLS[0],
        "languages": t("languages.unknown"),
        "greeting": t.sentence(term_words("answers-as", greeting, t)),
        "is_neutral": False,
    }
    return PackEntry(**{**usual, **changed})  # type: ignore[arg-type]


def pack_of(t: Wording, entries: dict[str, list[PackEntry]], *, country: str = "US") -> PackContents:
    """A pack of these listings by kind, with two lines that take reports."""
    line = PackReportLine(
        name="Area Office", run_by="County", kinds=term_words("kind", "child-protection", t),
        numbers=(("1 800 555 0142", ""),), number_at="", hours=t("hours.always"), notes=("Read it first.",),
        sources=("example.org, Nov 20, 2026",),
    )  # fmt: skip
    reporting = PackReporting(
        title=t("takes.title", place="Miami, FL"), lead=t("takes.lead"), limits=t("takes.limits", number="911"),
        lines=(line,), in_indian_country=(line,), missing="",
    )  # fmt: skip
    return PackContents(
        clock=t("hours.zone", zone="New York"),
        serial=SERIAL, made_on=dt.date(2026, 11, 28), good_until=GOOD_UNTIL, language=t.language, tag=t.tag,
        direction=t.direction, site_name="Daybook", area="Miami, FL", title=t("pack.title", place="Miami, FL"),
        until=t("pack.until", date=GOOD_UNTIL), pinned=of_pack._pinned(pinned_lines(country), t),
        times=of_pack._times(t),
        cell_words={
            "yes": t("pack.hours.yes"), "part": t("pack.hours.part"), "no": t("state.no"), "ask": t("state.ask")
        },
        sections=tuple(
            PackSection(kind, term_words("kind", kind, t), tuple(found)) for kind, found in entries.items() if found
        ),
        reporting=reporting, policy="Ask Dr. Bell first.", steps=tuple(t(text_id) for text_id in of_pack._STEPS),
        left_out=(t.count("pack.left_out", 3),), sources=("County 211",),
    )  # fmt: skip


def full_pack(t: Wording, count: int, *, name: str = "Quiet beds") -> PackContents:
    """A pack of so many listings of every kind; each second one answers neutrally."""
    entries: dict[str, list[PackEntry]] = {kind: [] for kind in SECTIONS}
    for number in range(count):
        entries[SECTIONS[number % len(SECTIONS)]].append(
            entry_of(t, number, name=name, cells=CELLS[number % 4], is_neutral=number % 2 == 0)
        )
    return pack_of(t, entries)
