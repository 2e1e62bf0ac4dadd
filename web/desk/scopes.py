"""What somebody works on, as people say it: the whole list, an area by its name, an organization by its name."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from directory.errors import BadInputError, NotFoundError
from directory.integrity.queries import name_of
from directory.listings.models import Fact, Record
from directory.listings.queries import find_record
from directory.people.actor import Actor
from directory.people.models import Network
from directory.people.policy import SCOPE_KINDS, WORKING_NETWORK, Scopes
from directory.places.areas import area_by_id
from directory.places.gazetteer import Gazetteer
from directory.places.regions import find_region
from directory.search.written import area_name
from directory.values.plain_text import folded
from web.desk.entries import Options

# Chosen as such, and said in a box of its own; everything else that may be chosen says both, as ``kind/key``.
AREA, ORGANIZATION = "area", "organization"
_WHOLE = "the whole list"
TYPED: Final[Options] = ((AREA, "an area, named below"), (ORGANIZATION, "one organization, named below"))


def choices(session: Session, by: Actor, *, gazetteer: Gazetteer) -> Options:
    """What somebody may let others work on: an admin anything, a coordinator what they work on themselves."""
    if by.role == "admin":
        # The list that everybody works on comes first, also while nothing stands on it.
        others = session.scalars(sa.select(Network).where(Network.key != WORKING_NETWORK).order_by(Network.id)).all()
        return (
            (f"network/{WORKING_NETWORK}", _WHOLE),
            *((f"network/{one.key}", _network(one)) for one in others),
            *TYPED,
        )
    own = tuple((f"{kind}/{key}", in_words(session, kind, key, gazetteer)) for kind, key in sorted(by.scopes))
    return (*own, TYPED[0]) if any(kind == AREA for kind, _ in by.scopes) else own


def scopes_of(session: Session, chosen: str, typed: str, *, gazetteer: Gazetteer, country: str) -> Scopes:
    """What was chosen and typed; nothing where nothing was.

    Raises:
        BadInputError: there is no such thing to work on; the text says how it is written.
    """
    kind, _, key = chosen.partition("/")
    key = key or typed.strip()
    if not key:
        if kind in {AREA, ORGANIZATION}:
            raise BadInputError("Name the area, or the organization.")
        return frozenset()
    if kind not in SCOPE_KINDS:
        raise BadInputError("That is nothing somebody can work on.")
    if kind == AREA:
        key = _area(key, gazetteer, country)
    if kind == ORGANIZATION:
        key = _organization(session, key)
    return frozenset({(kind, key)})


def in_words(session: Session, kind: str, key: str, gazetteer: Gazetteer) -> str:
    """A scope as people say it."""
    if kind == "network":
        network = session.scalar(sa.select(Network).where(Network.key == key))
        if network is not None:
            return _network(network)
        return _WHOLE if key == WORKING_NETWORK else f"network {key}"
    if kind == AREA:
        return area_name(key, gazetteer) or f"area {key}"
    try:
        return name_of(session, find_record(session, key, kind="organization")) or "an organization without a name"
    except NotFoundError:
        return "an organization that is not here"


def _network(network: Network) -> str:
    return _WHOLE if network.key == WORKING_NETWORK else f"the list “{network.name}”"


def _area(written: str, gazetteer: Gazetteer, country: str) -> str:
    region = find_region(written, country)
    if region is not None:
        return f"{country}-{region.code}"
    code = written.upper()
    if area_by_id(code) is None and not (code.isdigit() and gazetteer.county(code)):
        raise BadInputError("There is no such area. Write a state by its name, or a code such as US-FL or US-FL-331.")
    return code


def _organization(session: Session, written: str) -> str:
    """The public id of an organization that is meant by its id, or by its name as its listing has it."""
    try:
        return str(find_record(session, written, kind="organization").public_id)
    except NotFoundError:
        named = session.scalars(
            sa.select(Record.public_id)
            .join(Fact, Fact.record_id == Record.id)
            .where(Record.kind == "organization", Record.standing != "merged")
            .where(Fact.field == "name", Fact.standing == "current", Fact.match_key == folded(written))
            .limit(2)
        ).all()
    if len(named) != 1:
        raise BadInputError("There is no such organization, or several. Write its name as its listing has it.")
    return str(named[0])
