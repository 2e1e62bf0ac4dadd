"""What the reading process is asked, and what it says."""

import msgspec

# A text shorter than this many words is the shell of a page that a script fills.
FEWEST_WORDS = 15
# So many words of a page are kept to know its topic again.
SKETCH = 24


class Rules(msgspec.Struct, frozen=True, tag=True):
    """Which addresses a robots.txt lets ``agent`` ask for."""

    body: bytes
    agent: str
    urls: tuple[str, ...]


class Allowed(msgspec.Struct, frozen=True, tag=True):
    """For each address whether it is let."""

    urls: tuple[bool, ...]


class Body(msgspec.Struct, frozen=True, tag=True):
    """The body of a page, and what is looked for in it.

    Attributes:
        url: where it came from.
        content_type: as the answer says.
        organization: name.
        service: name.
        number: E.164 or short code; empty when none is looked for.
        country: how numbers without a country are read.
    """

    body: bytes
    url: str
    content_type: str = ""
    organization: str = ""
    service: str = ""
    number: str = ""
    country: str = "US"


class Number(msgspec.Struct, frozen=True):
    """A number on a page: digests of it and of where it stands."""

    mark: str
    place: str


class Page(msgspec.Struct, frozen=True, tag=True):
    """What a page says.

    Attributes:
        kind: "page", "file" for what is no page, "empty".
        words: how many can be read.
        has_script: whether a script may fill it.
        says_organization: whether its name stands there.
        says_service: likewise.
        is_not_found: title or headings say that there is no such page.
        is_parked: it is one of a domain that nobody uses.
        is_challenge: it is a wall before the page.
        is_stranger: it sells what lapsed domains are bought for.
        says_number: whether the number that is looked for stands there.
        numbers: the numbers on it, at most 40.
        sketch: digests of some of its words, always the same of the same words.
        likeness: how much of its words it has in common with the first page that was read along with it, 0 to 1.
        leads_to: where it sends everybody at once; empty if nowhere.
        contact: a page for contact on the same host; empty if it names none.
    """

    kind: str = "empty"
    words: int = 0
    has_script: bool = False
    says_organization: bool = False
    says_service: bool = False
    is_not_found: bool = False
    is_parked: bool = False
    is_challenge: bool = False
    is_stranger: bool = False
    says_number: bool = False
    numbers: tuple[Number, ...] = ()
    sketch: tuple[int, ...] = ()
    likeness: float = 1.0
    leads_to: str = ""
    contact: str = ""

    @property
    def says_name(self) -> bool:
        """Whether either name stands there."""
        return self.says_organization or self.says_service

    @property
    def is_readable(self) -> bool:
        """Whether there is text enough that what it lacks is not there."""
        return self.kind == "page" and self.words >= FEWEST_WORDS


Asked = Rules | Body
Answer = Allowed | Page
