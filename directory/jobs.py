"""Work that time itself makes necessary."""

from directory.cards.queries import lapsed
from directory.db import Database, in_portions
from directory.listings.service import touch


def refresh_lapsed_cards(database: Database) -> int:
    """Rebuild the cards on which something lapsed by itself (an expiry, the end of a closure); return their number."""
    with database.reading() as session:
        due = lapsed(session, now=session.info["now"])
    for portion in in_portions(due, 500):
        with database.transaction() as session:
            touch(session, *portion)
    return len(due)
