"""How the invented listings were confirmed: lately, long ago, in part, never; and one line that does not work."""

from msgspec.structs import replace

from importers.bundled.bundle import BundledFact, BundledService, Observation

# log2 odds of the likelihood ratios that calls and providers carry: 1/50 and 1/30 for, 40 against.
_CALL, _PROVIDER, _WEBSITE, _HANDOFF, _DISCONNECTED = -6, -5, -2, -4, 5
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
        found = [_seen(line, "call", "C1", _CALL, 130), _seen(line, "call", "D1", _DISCONNECTED, 4)]
    else:
        found = _usual(service, line, place)
    return replace(service, evidence=found)


def _usual(service: BundledService, line: BundledFact, place: int) -> list[Observation]:
    days = 2 + place * 7 % 27
    lately = _full_call(service, line, days)
    stories: tuple[list[Observation], ...] = (
        lately,
        [_seen(line, "call", "L1", _CALL, days + 40), _seen(line, "corroboration", "seen", _WEBSITE, 1 + place % 5)],
        lately,
        _provider(service, line, days + 20),
        [_seen(line, "call", "L1", _CALL, days)],
        _full_call(service, line, 150 + place % 9),
        lately,
        [_seen(line, "handoff", "accepted", _HANDOFF, 6), _seen(line, "call", "C1", _CALL, 95)],
        [],
    )
    return stories[place % len(stories)]


def _full_call(service: BundledService, line: BundledFact, days: int) -> list[Observation]:
    rest = [fact for name in _CONFIRMED_BY_A_FULL_CALL for fact in service.facts if fact.field == name]
    return [_seen(fact, "call", "C1", _CALL, days) for fact in (line, *rest[:_MOST_BY_A_FULL_CALL])]


def _provider(service: BundledService, line: BundledFact, days: int) -> list[Observation]:
    languages = [fact for fact in service.facts if fact.field == "language"]
    return [_seen(fact, "provider", "C1", _PROVIDER, days) for fact in (line, *languages[:2])]


def _seen(fact: BundledFact, method: str, outcome: str, log2_odds: int, days: int) -> Observation:
    return Observation(fact.field, fact.slot, method, outcome, log2_odds, days)
