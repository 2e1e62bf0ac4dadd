"""How the invented listings were confirmed: lately, long ago, in part, never; and one line that does not work."""

from msgspec.structs import replace

from importers.bundled.bundle import BundledFact, BundledService, Observation

_CONFIRMED_BY_A_FULL_CALL = ("schedule", "language", "eligibility", "kind")
_MOST_BY_A_FULL_CALL = 5
_DEAD_LINE = "service:lax-food"


def with_evidence(service: BundledService, place: int) -> BundledService:
    """The service as it stands after some calls; which ones depends on its place in the network."""
    lines = [fact for fact in service.facts if fact.field == "phone"]
    if not lines:
        return service
    line = lines[0]
    if service.key == _DEAD_LINE:
        found = [_seen(line, "call", "confirmed", 130), _seen(line, "call", "disconnected", 4)]
    else:
        found = _usual(service, line, place)
    return replace(service, evidence=found)


def _usual(service: BundledService, line: BundledFact, place: int) -> list[Observation]:
    days = 2 + place * 7 % 27
    lately = _full_call(service, line, days)
    stories: tuple[list[Observation], ...] = (
        lately,
        [_seen(line, "call", "live", days + 40), _seen(line, "corroboration", "seen", 1 + place % 5)],
        lately,
        _provider(service, line, days + 20),
        [_seen(line, "call", "live", days)],
        _full_call(service, line, 150 + place % 9),
        lately,
        [_seen(line, "handoff", "accepted", 6), _seen(line, "call", "confirmed", 95)],
        [],
    )
    return stories[place % len(stories)]


def _full_call(service: BundledService, line: BundledFact, days: int) -> list[Observation]:
    rest = [fact for name in _CONFIRMED_BY_A_FULL_CALL for fact in service.facts if fact.field == name]
    return [_seen(fact, "call", "confirmed", days) for fact in (line, *rest[:_MOST_BY_A_FULL_CALL])]


def _provider(service: BundledService, line: BundledFact, days: int) -> list[Observation]:
    languages = [fact for fact in service.facts if fact.field == "language"]
    return [_seen(fact, "provider", "confirmed", days) for fact in (line, *languages[:2])]


def _seen(fact: BundledFact, method: str, outcome: str, days: int) -> Observation:
    return Observation(fact.field, fact.slot, method, outcome, days)
