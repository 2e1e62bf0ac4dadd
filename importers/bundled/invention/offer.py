"""A short way to write an invented service: words that are spread out into facts.

- languages: ``"es:staff:native ht:interpreter any:interpreter:in_person"``: tag, how, proficiency or channel.
- who and barriers: ``"women=welcomes lgbtq !men"``: yes (with how), or stated no. What is not named is unknown.
- lines: ``"intake text tty professional"``: each gets the metro area's next free number.
- hours: ``"intake=always office=weekdays"``: a schedule by the name of its week.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from directory.listings.drafts import LocationDisclosure
from directory.listings.fields import Tier
from directory.values.hours import WEEKDAYS
from importers.bundled.bundle import BundledFact, BundledOrganization, BundledService, BundledSite, Standing
from importers.bundled.invention.metros import Metro
from importers.bundled.invention.words import coined, street

_NIGHTS = {"FR": [[1200, 1440]], "SA": [[0, 240], [1200, 1440]], "SU": [[0, 240]]}
_WEEKS: dict[str, dict[str, list[list[int]]]] = {
    "always": {day: [[0, 1440]] for day in WEEKDAYS},
    "weekdays": {day: [[540, 1020]] for day in WEEKDAYS[:5]},
    "long-days": {day: [[480, 1200]] for day in WEEKDAYS[:6]},
    "mornings": {day: [[510, 750]] for day in WEEKDAYS[:6]},
    "two-halves": {day: [[540, 720], [780, 1020]] for day in WEEKDAYS[:4]},
    "evenings": {day: [[1020, 1320]] for day in WEEKDAYS},
    "overnight": {day: [[0, 420], [1080, 1440]] for day in WEEKDAYS},
    "weekend-nights": _NIGHTS,
}
_KINDS_OF_LINE = {"text": "text", "tty": "tty", "whatsapp": "whatsapp", "chat": "chat", "fax": "fax"}


class Numbers:
    """The free numbers of one area code: 555-0100 to 555-0199, which belong to nobody."""

    def __init__(self, calling: str) -> None:
        self._calling, self._used = calling, 0

    def next(self) -> str:
        """One more number (E.164); raises ``ValueError`` when all hundred are given away."""
        if self._used == 100:
            msg = "an area code has a hundred free numbers"
            raise ValueError(msg)
        self._used += 1
        return f"+1{self._calling}555{99 + self._used:04}"


class Ground(msgspec.Struct, frozen=True):
    """What an invention stands on: its metro area, the area's numbers, and the toll-free ones all areas share."""

    metro: Metro
    numbers: Numbers
    toll_free: Numbers


def fact(field: str, slot: str = "", /, *, tier: Tier | None = None, **value: Any) -> BundledFact:
    """One fact; its value by keyword."""
    return BundledFact(field, slot, msgspec.Raw(msgspec.json.encode(value)), tier)


def text(field: str, words: str, *, tier: Tier | None = None) -> BundledFact:
    """A fact that is plain text."""
    return fact(field, text=words, tier=tier)


def organization(
    ground: Ground, place: int, word: str, services: list[BundledService], *facts: BundledFact, closed: bool = False
) -> BundledOrganization:
    """An organization with a made-up name that ends in ``word``.

    Its website is for coordinators only where a service of it is confidential (``closed``).
    """
    name = coined(ground.metro.turn, place)
    host = name.lower().replace(" ", "-")
    site = text("url", f"https://{host}.example.org", tier="coordinator" if closed else None)
    mark = fact("attribute", "handrail:practice", note="Invented for practice")
    return BundledOrganization(
        f"organization:{ground.metro.key}-{place}", [text("name", f"{name} {word}"), site, mark, *facts], services
    )


def offer(
    ground: Ground,
    key: str,
    name: str,
    *,
    kinds: str,
    lines: str = "voice",
    hours: str = "",
    languages: str = "en:staff",
    who: str = "",
    barriers: str = "",
    disclosure: LocationDisclosure = "public",
    serves: str = "",
    sites: Sequence[BundledSite] = (),
    facts: Sequence[BundledFact] = (),
    toll_free: bool = False,
    standing: Standing = "listed",
    reason: str = "",
) -> BundledService:
    """A service. ``serves``: ``county``, ``state`` or ``nation``, where it works for the whole of one."""
    metro = ground.metro
    numbers = ground.toll_free if toll_free else ground.numbers
    spread = [
        text("name", name),
        *(fact("kind", kind) for kind in kinds.split()),
        *(_line(slot, numbers) for slot in lines.split()),
        *(_schedule(entry, metro) for entry in hours.split()),
        *(_language(entry) for entry in languages.split()),
        *(_eligibility(entry) for entry in who.split()),
        *(_barrier(entry) for entry in barriers.split()),
        *([_served(serves, metro)] if serves else []),
        *facts,
    ]
    area = metro.area if disclosure == "area_only" else None
    return BundledService(
        f"service:{metro.key}-{key}", spread, disclosure, area, list(sites), standing=standing, reason=reason
    )


def site(
    ground: Ground, place: int, key: str, *, at: str = "", facts: list[BundledFact] | None = None, **more: str
) -> BundledSite:
    """The ``place``-th public site of an area; ``more``: accessibility, transportation.

    ``at`` is a postal code and a town of the land around, where it does not stand in the area's own.
    """
    metro = ground.metro
    postal, _, city = at.partition(" ")
    address = fact(
        "address", address_1=street(metro.turn, place), city=city or metro.city, state_province=metro.state[3:],
        postal_code=postal or metro.postal[place % len(metro.postal)], country=metro.country,
    )  # fmt: skip
    location = [address, *(text(field, words) for field, words in more.items())]
    return BundledSite(f"site:{metro.key}-{key}", location, facts or [])


def of_turn(turn: int, *choices: Any) -> Any:
    """The choice of a turn, going round."""
    return choices[turn % len(choices)]


def of_town(ground: Ground, otherwise: Any = None, /, **choices: Any) -> Any:
    """The choice under the town's key."""
    return choices.get(ground.metro.key, otherwise)


def _line(slot: str, numbers: Numbers) -> BundledFact:
    slot, _, ext = slot.partition("#")
    value: dict[str, Any] = {"number": numbers.next(), "kind": _KINDS_OF_LINE.get(slot, "voice")}
    if ext:
        value["ext"] = ext
    if slot == "text":
        value |= {"keyword": "HELLO", "message_safe": True}
    if slot == "chat":
        value["description"] = "Chat in a messenger under this number"
    if slot == "professional":
        return fact("phone", slot, tier="partner", **value, description="For professionals only")
    return fact("phone", slot, **value)


def _schedule(entry: str, metro: Metro) -> BundledFact:
    slot, _, week = entry.partition("=")
    return fact("schedule", slot, zone=metro.zone, days=_WEEKS[week])


def _language(entry: str) -> BundledFact:
    tag, how, *rest = entry.split(":")
    value: dict[str, Any] = {"tag": tag} if how == "staff" else {"tag": tag, "how": how}
    if rest:
        value["proficiency" if how == "staff" else "channel"] = rest[0].replace("_", " ")
    return fact("language", f"{tag}:{how}", **value)


def _eligibility(entry: str) -> BundledFact:
    if entry.startswith("!"):
        return fact("eligibility", entry[1:], answer="no")
    code, _, how = entry.partition("=")
    return fact("eligibility", code, answer="yes", how=how) if how else fact("eligibility", code, answer="yes")


def _barrier(entry: str) -> BundledFact:
    return fact("barrier", entry[1:], answer="no") if entry.startswith("!") else fact("barrier", entry)


def _served(extent: str, metro: Metro) -> BundledFact:
    if extent == "county" and metro.county:
        return fact("service_area", metro.county, extent="county", name=metro.county_name)
    if extent == "nation":
        return fact("service_area", metro.country, extent="nation")
    return fact("service_area", metro.state, extent="state", name=metro.state_name)
