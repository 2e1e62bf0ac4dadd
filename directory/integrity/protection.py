"""Which values a verified listing changes by two people only; the triggers of the database hold the same list."""

from directory.listings.fields import FIELDS
from directory.people.policy import SHARES_CONTACTS

REVIEWED = "survivor-reviewed"

# Hours of a line that answers in a crisis are sensitive, those of an office are not.
CRISIS_HOURS = ("schedule", "crisis-line")


def is_protected(field: str, slot: str) -> bool:
    """Whether a value in this place is sensitive (SAFETY I1)."""
    return (
        FIELDS[field].is_sensitive
        or (field, slot) == CRISIS_HOURS
        or (field == "attribute" and slot.startswith(SHARES_CONTACTS))
    )


def has_own_verbs(field: str, slot: str) -> bool:
    """Whether a value is written by verbs of its own (``directory.vetting``) and by no edit or undoing.

    One person alone could otherwise bring back what two people removed, or say that a panel met which never did.
    """
    return field == "vetting" or (field == "trauma_informed" and slot.startswith(REVIEWED))
