"""The texts that the list of words (``web.plain_words``) is held to: of the site, the vocabulary and the listings."""

from collections.abc import Iterator

import msgspec
from sqlalchemy.orm import Session

from directory.cards.card import Document, ShownFact
from directory.cards.queries import documents_of, list_listings
from directory.listings.fields import FIELDS
from directory.listings.queries import find_record
from directory.progress import Told
from directory.vocabulary import terms
from web.plain_words import Finding, WordList, findings
from web.wording import catalogue

# Questions that are of no term of the vocabulary.
_TOPICS = ("open:now", "open:tonight", "group", "accepts-from", "away-from", "trauma-informed", "language:en")
# People and programs are called as they call themselves.
_NAMES = frozenset({"name", "alternate_name"})
# The parts of a value that are written by people in their own words.
_FREE = ("text", "note", "description")
_MOST_LISTINGS = 1_000_000


class Found(msgspec.Struct, frozen=True):
    """Where a word of the list stands, and what to say instead; never the text that it stands in.

    Attributes:
        where: ``text`` (of a catalogue), ``term`` (its label), ``question`` (to ask about it) or ``listing``.
        of: the id of the text, the scheme and code of the term, or the id of the listing.
        field: of a listing.
        language: whose words were looked for.
        word: as the list has it.
        found: as it stands there.
        say: what to say instead.
    """

    where: str
    of: str
    field: str
    language: str
    word: str
    found: str
    say: str


def in_the_site(language: str, words: WordList) -> Iterator[Found]:
    """Words of the list in the site's own texts of a language, and in the vocabulary's."""
    for text_id, forms in catalogue(language).texts.items():
        for form in forms:
            yield from _found(findings(form, language, words), "text", text_id, language=language)
    for scheme in terms.schemes():
        for term in terms.terms(scheme):
            of = f"{scheme}.{term.code}"
            for where, texts in (("term", term.labels), ("question", term.question)):
                yield from _found(findings(texts.get(language, ""), language, words), where, of, language=language)
    # A language without words of its own for the vocabulary has no questions either.
    if language in terms.kinds()[0].labels:
        for topic in _TOPICS:
            found = findings(terms.ask_about(topic, language), language, words)
            yield from _found(found, "question", topic, language=language)


def in_listings(
    session: Session, words: WordList, *, languages: tuple[str, ...], progress: Told | None = None
) -> Iterator[Found]:
    """Words of the list in what anyone may read of listings, names left out; a shared record counts once.

    Nothing says in which language a listing is written, so the words of all ``languages`` are looked for.
    """
    listed = [one for one in list_listings(session, limit=_MOST_LISTINGS) if one.is_searchable]
    seen: set[str] = set()
    for done, one in enumerate(listed, 1):
        for document in documents_of(session, find_record(session, one.id, kind="listing"), tier="public"):
            if document.id not in seen:
                seen.add(document.id)
                yield from _in_document(document, one.id, words, languages=languages)
        if progress:
            progress(done, len(listed))


def _in_document(document: Document, listing: str, words: WordList, *, languages: tuple[str, ...]) -> Iterator[Found]:
    for fact in document.facts:
        for text in _free_texts(fact):
            for language in languages:
                found = findings(text, language, words)
                yield from _found(found, "listing", listing, field=fact.field, language=language)


def _free_texts(fact: ShownFact) -> list[str]:
    # A text alone is written freely only in fields that say so: a name or an address of the web is a text too.
    is_name = fact.field in _NAMES or (set(fact.value) == {"text"} and not FIELDS[fact.field].is_text)
    return [] if is_name else [str(fact.value[part]) for part in _FREE if fact.value.get(part)]


def _found(findings: tuple[Finding, ...], where: str, of: str, *, language: str, field: str = "") -> Iterator[Found]:
    for one in findings:
        yield Found(where, of, field, language, one.word, one.found, one.say)
