"""Where a letter to a program may go: to an address that was verified, or on the domain of a site that was seen."""

from collections import defaultdict
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.db import in_portions
from directory.errors import RefusedError
from directory.freshness.models import Evidence
from directory.freshness.queries import not_withdrawn
from directory.integrity.sanity import registrable
from directory.listings.fields import decode_plain
from directory.listings.models import Fact, Record
from directory.values.web_address import NotAWebAddressError, site_domain

# By whom an address counts as verified: a person who asked. Whoever reads its mail would else vouch for themselves.
BY_PEOPLE = frozenset({"call", "callback"})
_CAME_BACK = frozenset({"refuses", "gone"})
# After these a site is nobody's that we know.
_TAKEN = frozenset({"parked", "taken-over"})
_NOT_THEIRS = frozenset({"parked", "taken-over", "expired", "gone"})
# (method, outcome, log2 odds) of each look at a fact, the oldest first.
_Looks = dict[int, list[tuple[str, str, int]]]


def contact_of(session: Session, listing: Record) -> Fact:
    """The current e-mail address of a listing to which a link may be sent (SAFETY I11): the service's first.

    Raises:
        RefusedError: it has none that was verified, or that is on the domain of a site of theirs that was seen.
    """
    found = contacts_of(session, [listing])[listing.id]
    if isinstance(found, str):
        raise RefusedError(found)
    return found


def contacts_of(session: Session, listings: Collection[Record]) -> dict[int, Fact | str]:
    """The same of many listings at once: each with its address, or with the sentence that says why it has none."""
    owners = dict[int, int | None]()
    facts: dict[int, list[Fact]] = defaultdict(list)
    for portion in in_portions(sorted({one.service_id for one in listings if one.service_id is not None})):
        services = sa.select(Record.id, Record.organization_id).where(Record.id.in_(portion))
        owners.update((row[0], row[1]) for row in session.execute(services))
    for portion in in_portions(sorted(owners.keys() | {one for one in owners.values() if one is not None})):
        current = sa.select(Fact).where(
            Fact.record_id.in_(portion), Fact.field.in_(("email", "url")), Fact.standing == "current"
        )
        for fact in session.scalars(current.order_by(Fact.id)):
            facts[fact.record_id].append(fact)
    looks = _looks(session, [fact.id for of_one in facts.values() for fact in of_one])
    return {
        one.id: _contact_among(
            # The service's own address before that of its organization.
            [fact for part in (service, owners.get(service)) for fact in facts.get(part or 0, [])],
            looks,
        )
        for one, service in ((one, one.service_id or 0) for one in listings)
    }


def _contact_among(facts: Sequence[Fact], looks: _Looks) -> Fact | str:
    addresses = [fact for fact in facts if fact.field == "email"]
    if not addresses:
        return "There is no e-mail address here."
    sites = [fact for fact in facts if fact.field == "url"]
    usable = [one for one in addresses if not _came_back(looks[one.id])]
    if not usable:
        return "Mail to this address came back. Call instead."
    for one in usable:
        if _is_on_lost_site(one, sites, looks):
            continue
        if _is_verified(looks[one.id]) or _is_on_seen_site(one, sites, looks):
            return one
    return (
        "Nobody has verified this e-mail address, and no look at their own site has seen it. Ask for it by telephone."
    )


def might_be_contacts(session: Session) -> tuple[dict[int, set[str]], set[int]]:
    """Records with their current mailboxes; and records with such an address or site that people or a look spoke for.

    A listing whose service and organization are in one of the two sets only, or in none, has no contact. ``contact_of``
    decides about the others; this looks at all at once, because of most listings nobody ever verified an address.
    """
    current = sa.select(Fact.record_id).where(Fact.standing == "current").distinct()
    by_people = sa.and_(Fact.field == "email", Evidence.method.in_(BY_PEOPLE), Evidence.log2_odds < 0)
    by_site = sa.and_(Evidence.method == "corroboration", Evidence.outcome == "seen")
    spoken_for = (
        current.join(Evidence, Evidence.fact_id == Fact.id)
        .where(Fact.field.in_(("email", "url")), sa.or_(by_people, by_site), not_withdrawn())
    )  # fmt: skip
    mailboxes: dict[int, set[str]] = defaultdict(set)
    emails = sa.select(Fact.record_id, Fact.value).where(Fact.field == "email", Fact.standing == "current")
    for record_id, value in session.execute(emails):
        mailboxes[record_id].add(_text_in(value).casefold())
    return dict(mailboxes), set(session.scalars(spoken_for))


def address_of(fact: Fact) -> str:
    """The address that such a fact holds; empty when its value was deleted."""
    return _text(fact)


def mailbox_of(fact: Fact) -> str:
    """The same in one way, however it is written."""
    return _text(fact).casefold()


def _looks(session: Session, fact_ids: Collection[int]) -> _Looks:
    found: _Looks = {fact_id: [] for fact_id in fact_ids}
    for portion in in_portions(sorted(fact_ids)):
        rows = session.execute(
            sa.select(Evidence.fact_id, Evidence.method, Evidence.outcome, Evidence.log2_odds)
            .where(Evidence.fact_id.in_(portion), not_withdrawn())
            .order_by(Evidence.observed_at, Evidence.id)
        )
        for fact_id, method, outcome, odds in rows:
            found[fact_id].append((method, outcome, odds))
    return found


def _came_back(looks: list[tuple[str, str, int]]) -> bool:
    """Whether mail came back, and nobody stood up for the address since."""
    last = [method == "mx" for method, outcome, odds in looks if _stands_up(method, odds) or outcome in _CAME_BACK]
    return bool(last) and last[-1]


def _is_verified(looks: list[tuple[str, str, int]]) -> bool:
    """Whether what people said last speaks for the address."""
    by_people = [odds for method, _, odds in looks if method in BY_PEOPLE and odds]
    return bool(by_people) and by_people[-1] < 0


def _stands_up(method: str, odds: int) -> bool:
    return method in BY_PEOPLE and odds < 0


def _is_on_lost_site(address: Fact, sites: list[Fact], looks: _Looks) -> bool:
    """Whether mail goes to a name that somebody else has now: whoever verified the address did so before."""
    domain = registrable(_text(address).rpartition("@")[2])
    for site in sites:
        of_site = [outcome for method, outcome, _ in looks[site.id] if method == "website"]
        if of_site and of_site[-1] in _TAKEN and registrable(_domain(site)) == domain:
            return True
    return False


def _is_on_seen_site(address: Fact, sites: list[Fact], looks: _Looks) -> bool:
    """Whether a site of theirs has the address's domain, stands, and was last seen to say what is listed."""
    domain = _text(address).rpartition("@")[2]
    for site in sites:
        last_of_site = [outcome for method, outcome, _ in looks[site.id] if method == "website"]
        is_theirs = not last_of_site or last_of_site[-1] not in _NOT_THEIRS
        if is_theirs and _is_same(domain, _domain(site)):
            seen = [
                [outcome for method, outcome, _ in looks[one.id] if method == "corroboration"]
                for one in (address, site)
            ]
            if any(outcomes and outcomes[-1] == "seen" for outcomes in seen):
                return True
    return False


def _is_same(mail: str, site: str) -> bool:
    """Whether mail goes to the site's own name, or to what that stands under: never to a neighbour on a shared host."""
    return bool(mail) and (mail == site or (site.endswith(f".{mail}") and registrable(site) == mail))


def _domain(site: Fact) -> str:
    """The domain of a site; empty where what a list calls one is no web address."""
    try:
        return site_domain(_text(site))
    except NotAWebAddressError:
        return ""


def _text(fact: Fact) -> str:
    return _text_in(fact.value)


def _text_in(value: str | None) -> str:
    return str(decode_plain(value or "{}").get("text", ""))
