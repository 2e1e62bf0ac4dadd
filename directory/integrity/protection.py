"""Which values a verified listing changes by two people only; the triggers of the database hold the same list."""

from directory.listings.fields import FIELDS
from directory.people.policy import SHARES_CONTACTS

# Hours of a line that answers in a crisis are sensitive, those of an office are not.
CRISIS_HOURS = ("schedule", "crisis-line")


def is_protected(field: str, slot: str) -> bool:
    """Whether a value in this place is sensitive (SAFETY I1)."""
    return (
        FIELDS[field].is_sensitive
        or (field, slot) == CRISIS_HOURS
        or (field == "attribute" and slot.startswith(SHARES_CONTACTS))
    )
