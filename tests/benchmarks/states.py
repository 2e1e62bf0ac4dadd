"""What readers would be told of a real feed: ``python -m tests.benchmarks.states --feed miami|icarol --as-of DATE``.

Imports the feed into a fresh database whose clock stands at that day, takes ``--rows`` random listings (``--seed``),
and prints each with its state and its reasons in words, for a person to read; then how many listings are in each state
and have each reason. Of a confidential listing only its area is named.
"""

import argparse
import datetime as dt
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from directory.bootstrap import bring_up_to_date, open_database
from directory.cards.card import Card, decode_card
from directory.cards.models import CardRow
from directory.db import Database
from directory.freshness.belief import state_on
from directory.freshness.reasons import reasons_on
from directory.freshness.told import sentences
from directory.places.gazetteer import Gazetteer
from directory.search.written import where
from directory.values.phone import grouped
from importers.run import import_package
from tests.services import ROOT

_DATA = ROOT.parent / "shared" / "data"
# Feed -> the reader and the folder or file.
FEEDS = {"miami": ("hsds", "miami211_hsds11"), "icarol": ("icarol", "icarol_dc211/dc211.csv")}


def cards_of(feed: str, as_of: dt.date, folder: Path) -> list[Card]:
    """The cards of a feed that is imported on a day, by name."""
    reader, place = FEEDS[feed]
    noon = dt.datetime.combine(as_of, dt.time(12), dt.UTC)
    database = open_database(f"sqlite:///{folder}/states.sqlite3", clock=lambda: noon)
    try:
        bring_up_to_date(database)
        import_package(database, reader, _DATA / place, source=feed)
        return _cards(database)
    finally:
        database.dispose()


def _cards(database: Database) -> list[Card]:
    with database.reading() as session:
        blobs = session.scalars(sa.select(CardRow.brief).where(CardRow.brief.is_not(None))).all()
    return sorted(
        (decode_card(bytes(blob)) for blob in blobs if blob is not None),
        key=lambda card: (card.name, card.organization, card.place),
    )


def told(card: Card, day: int, gazetteer: Gazetteer) -> list[str]:
    """One listing in a few lines."""
    state = state_on(card, day)
    number = grouped(card.phones[0].number) if card.phones else "no number"
    lines = [f"{card.name} ({where(card, gazetteer)}) {number}", f"  {state}; {', '.join(card.kinds) or 'no kind'}"]
    return [*lines, *(f"  {text}" for text in sentences(card.reasons, state, day=day, by_month=_is_secret(card)))]


def _is_secret(card: Card) -> bool:
    return card.block == "confidential"


def main() -> None:
    """Print them."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--feed", choices=sorted(FEEDS), required=True)
    asked.add_argument("--as-of", type=dt.date.fromisoformat, required=True)
    asked.add_argument("--rows", type=int, default=50)
    asked.add_argument("--seed", type=int, default=1)
    chosen = asked.parse_args()
    day = chosen.as_of.toordinal()
    with tempfile.TemporaryDirectory() as folder, Gazetteer() as gazetteer:
        cards = cards_of(chosen.feed, chosen.as_of, Path(folder))
        for card in random.Random(chosen.seed).sample(cards, min(chosen.rows, len(cards))):  # noqa: S311 - no secret
            sys.stdout.write("\n".join(told(card, day, gazetteer)) + "\n\n")
    states = Counter(state_on(card, day) for card in cards)
    reasons = Counter(one.code for card in cards for one in reasons_on(card.reasons, day))
    sys.stdout.write(f"{len(cards)} listings: {dict(states.most_common())}\nreasons: {dict(reasons.most_common())}\n")


if __name__ == "__main__":
    main()
