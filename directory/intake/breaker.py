"""When a run is held as a whole: it would change or remove too much of what is there (SAFETY I7). Pure.

What is new never holds a run: it is ranked last, marked as not confirmed, and can be taken back.
"""

MOST_PHONES = 3
LEAST_LISTINGS = 10
# One in so many: 5 %.
_SHARE = 20

MASS_CHANGE = "mass-change"
VERIFIED_PHONES = "verified-phones"
HOLDS: dict[str, str] = {
    MASS_CHANGE: "more than 5 % of the listings of this source, and at least 10, would change or are missing",
    VERIFIED_PHONES: "more than 3 numbers of verified listings would change",
}


def holds_of_run(*, existing: int, touched: int, phones: int) -> tuple[str, ...]:
    """Why a run is held; empty if it is not.

    Args:
        existing: listings of the source that are there and listed.
        touched: how many of those would change or are missing.
        phones: numbers of verified listings that the source would have otherwise.
    """
    holds = []
    if touched >= LEAST_LISTINGS and touched * _SHARE > existing:
        holds.append(MASS_CHANGE)
    if phones > MOST_PHONES:
        holds.append(VERIFIED_PHONES)
    return tuple(holds)
