"""The figures in whole sentences, as they stand in the terminal and beside the charts of the desk: in English."""

from collections.abc import Callable, Sequence

from directory.freshness.parameters import OTHER
from directory.freshness.told import GROUP_WORDS
from directory.truth.figures import MOST_ERROR, NEW_DAYS, OTHERS, SMALL, Audited, Calibration, Cell, Compliance

# The bar of the field: in lists of insurers a half is wrong (FRESHNESS 4).
AIM = 0.05
_GROUP_WORDS = GROUP_WORDS | {OTHER: "Everything else", SMALL: "Kinds with few listings"}
_SHARED_LINES = {SMALL: "Areas with few listings, together", OTHERS: "All other areas"}
_NO_AREA = "Area not known"
_NOTHING = "Nobody can find a listing here yet."
# The states of listings as the overview names them.
STATE_WORDS = {
    "verified": "Confirmed, in time", "due": "Due for a call", "stale": "Call before you send someone",
    "unreachable": "Nobody is reached", "unverified": "Never confirmed",
}  # fmt: skip
# Looks a name of an area up by its code (``search.written.area_name``); empty for one that it does not know.
AreaName = Callable[[str], str]


def percent(share: float | None) -> str:
    """A share with as many digits as it bears; a dash where nothing was counted."""
    if share is None:
        return "-"
    return f"{100 * share:.1f} %" if 0 < share < 0.1 else f"{100 * share:.0f} %"


def of_group(code: str) -> str:
    """The name of a group of kinds."""
    return _GROUP_WORDS.get(code, code)


def of_area(code: str, area_name: AreaName) -> str:
    """The name of an area, or of a town, which is its own."""
    if code in _SHARED_LINES:
        return _SHARED_LINES[code]
    return area_name(code) or code or _NO_AREA


def audit_told(found: Audited) -> list[str]:
    """How much is wrong, and what stands behind that."""
    if found.share is None:
        told = ["No call that was drawn at random has been answered yet, so nobody knows how much is wrong."]
    else:
        share, low, high = percent(found.share), percent(found.low), percent(found.high)
        told = [
            f"Of {found.reached:,} listings drawn at random and reached, {share} ({found.wrong:,}) were wrong.",
            f"With 95 % confidence the share of all listings is between {low} and {high}.",
            "That is within the aim, an upper end below 5 %."
            if found.high < AIM
            else "The aim is an upper end below 5 %; more answered draws bring the two ends together.",
        ]
    if found.unreached:
        new = f" ({found.new} of them drawn in the last {NEW_DAYS} days)" if found.new else ""
        told += [
            f"{found.unreached:,} of {found.drawn:,} draws have told nothing yet{new}; none is replaced by another.",
            f"If all of those are right, {percent(found.least)} is wrong; if none of them is, {percent(found.most)}.",
        ]
    return told


def calibration_told(found: Calibration) -> list[str]:
    """Whether doubts came true as often as they said."""
    if found.error is None:
        return ["No planned call has told yet whether a listing was right, so nothing can be compared."]
    told = [
        f"{found.calls:,} planned calls told whether a listing was right.",
        f"What was believed before and what they found are {_points(found.error)} apart on average.",
    ]
    if found.worst is not None:
        aim = _points(MOST_ERROR)
        told.append(f"Up to a doubt of 30 % the largest gap is {_points(found.worst)}; the aim is {aim}.")
    if found.is_off:
        told.append("That is more than chance. See what calls teach: handrail plan learn")
    return told


def _points(share: float) -> str:
    return f"{100 * share:.1f} percentage points"


def freshness_told(cells: Sequence[Cell], name: Callable[[str], str]) -> list[str]:
    """Where listings are fresh and where they are not."""
    if not cells:
        return [_NOTHING]
    number, within = sum(cell.listings for cell in cells), sum(cell.within_year for cell in cells)
    share = percent(within / number)
    told = [f"A person or the provider confirmed {within:,} of {number:,} listings within a year, {share}."]
    if len(cells) > 1:
        last = min(cells, key=lambda cell: (cell.within_year / cell.listings, -cell.listings))
        told.append(f"Furthest behind: {name(last.code)}, {percent(last.within_year / last.listings)}.")
    return told


def states_told(cells: Sequence[Cell], name: Callable[[str], str]) -> list[str]:
    """How many listings are confirmed and in time, and where the fewest are."""
    if not cells:
        return [_NOTHING]
    number, in_time = sum(cell.listings for cell in cells), sum(cell.states["verified"] for cell in cells)
    never = sum(cell.states["unverified"] for cell in cells)
    told = [
        f"{in_time:,} of {number:,} listings are confirmed and in time, {percent(in_time / number)}; {never:,} never."
    ]
    if len(cells) > 1:
        last = min(cells, key=lambda cell: (cell.states["verified"] / cell.listings, -cell.listings))
        first = max(cells, key=lambda cell: (cell.states["verified"] / cell.listings, cell.listings))
        share, best = (percent(one.states["verified"] / one.listings) for one in (last, first))
        if share != best:
            told.append(f"Furthest behind: {name(last.code)}, {share}. Best kept: {name(first.code)}, {best}.")
    return told


def compliance_told(found: Compliance) -> list[str]:
    """How well the yearly update is kept."""
    if found.share is None:
        return [_NOTHING]
    share, in_full = percent(found.share), percent(found.full_share)
    return [
        f"A person or the provider confirmed {found.within_year:,} of {found.listings:,} listings in a year: {share}.",
        f"In full, by a call or an answered letter, {found.full_within_year:,} were gone through in it: {in_full}.",
        "That is what a yearly update asks for; a short call is not counted as one.",
        f"{found.over_year:,} were confirmed longer ago, {found.never:,} never.",
    ]


def means(figure: str) -> str:
    """What a figure says: of a group, how often something ends; of a trace, how it goes."""
    first, _, rest = figure.partition(".")
    if first != "trace":
        what = {"closed": "is no longer offered", "phone": "loses its number"}[rest]
        return f"{of_group(first)}: how often in a year one {what}"
    trace, _, kind = rest.partition(".")
    what = {"phone": "The number on the own page", "service": "The name on the own page", "site": "The own site"}[trace]
    if kind == "q":
        return f"{what}: the share of changes after which it goes"
    return f"{what}: how often in a year it goes without a change"
