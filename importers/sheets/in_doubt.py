"""Rows that stand in doubt: in a list of programs against violence or trafficking, a street may be where people hide.

Such a list often says nothing of what each row is. A row whose own words say that it is something public, such as a law
office or a hospital, stays so; of any other the street is withheld until a person knows better (SAFETY L16, L19).
"""

import re
from collections.abc import Iterable, Sequence

from directory.listings.disclosure import default_disclosure
from directory.values.plain_text import folded
from importers.kind_words import shipped_kind_words
from importers.mapping import HsdsMapping, TaxonomyName

_AT_RISK = re.compile(
    r"\b(?:(?:domestic|family|dating|partner|gender based|sexual|intimate|interpersonal|relationship) violence"
    r"|violence (?:against women|intervention|survivors)|anti ?violence|sexual (?:assaults?|abuse)"
    r"|(?:spous\w+|partner|domestic|women ?s) abuse|abus(?:ed|ive) \w+"
    r"|traffick\w*|exploit\w+|rape|battered|stalking|survivors?|csec|dvs?|ipv|dv ?sa|sadv"
    r"|violence (?:conjugale|familiale|sexuelle)|agressions? sexuelles?|traite des (?:personnes|etres)"
    r"|femmes (?:victimes|violentees)"
    r"|violencia (?:domestica|familiar|sexual|de genero|intrafamiliar)|trata(?: de personas)?|mujeres maltratadas)\b"
)
# What is public by its nature, wherever it is listed.
_PUBLIC_OFFICE = re.compile(
    r"\b(?:legal|laws?|lawyers?|attorneys?|prosecutors?|courts?|courthouses?|police|sheriffs?|law enforcement"
    r"|hospitals?|medical|clinics?|clinique|juridique|health|university|college|schools?|library|libraries"
    r"|counsell?ing|therapy|family justice centers?|child(?:ren s)? advocacy centers?|department of|consulates?"
    r"|justice|food|pantry|employment|abogados?|hospital|clinica|tribunal|policia|fbi|embassy)\b"
)
# Kinds that say nothing of whether people live there.
_SAY_NOTHING = frozenset({"other", "hotline"})
# What words such as "domestic violence" alone make of a program, whatever it is.
_FROM_WORDS_ONLY = _SAY_NOTHING | {"victim-advocacy"}
_PARTS = re.compile(r"\s*(?:[,;/&+|]|\b(?:and|or|y|et|und)\b)\s*", re.IGNORECASE)
_WORDS_RUN_TOGETHER = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_POST_BOX = re.compile(
    r"\W*(?:p\.? ?o\.?|post(?: office)?)\W*(?:box|drawer)\b|\W*(?:c\.? ?p\.?|case postale) [0-9]", re.IGNORECASE
)


def is_clearly_public(mapping: HsdsMapping, names: Sequence[TaxonomyName], title: str, texts: Iterable[str]) -> bool:
    """Whether a row's own words say that it is something public, and nothing says that it may be a secret place.

    Args:
        mapping: what words mean.
        names: its kinds, as the row itself has them.
        title: what it is called.
        texts: its descriptions.
    """
    meaning = mapping.meaning(names)
    if meaning.has_shelter_words or default_disclosure(meaning.kinds) != "public":
        return False
    if mapping.shelter_in_name(title, is_kind_known=bool(meaning.kinds)):
        return False
    # A bare term of the vocabulary, such as "Housing", tells what it is and not that it is public.
    is_told = meaning.is_known and bool(set(meaning.kinds) - _SAY_NOTHING)
    if is_told or any(_PUBLIC_OFFICE.search(folded(one)) for one in (title, *_texts(names))):
        return True
    words = shipped_kind_words().read(title, taxonomy=_texts(names), texts=texts)
    return bool(set(words.kinds) - _FROM_WORDS_ONLY)


def speaks_of_people_at_risk(title: str) -> bool:
    """Whether a title, or a name, speaks of programs for those who flee: and not of their lawyers alone."""
    said = [folded(part) for part in _PARTS.split(_WORDS_RUN_TOGETHER.sub(" ", title))]
    return any(_AT_RISK.search(part) and not _PUBLIC_OFFICE.search(part) for part in said)


def lists_other_things_too(mapping: HsdsMapping, title: str) -> bool:
    """Whether a title names shelters beside something else: "Shelters and services"."""
    parts = [part for part in _PARTS.split(title) if part.strip()]
    return any(not mapping.shelter_in_name(part, is_kind_known=False) for part in parts)


def is_street(cell: str) -> bool:
    """Whether a cell of an address may say where people are; a box at the post office does not."""
    return bool(cell.strip()) and _POST_BOX.match(cell) is None


def _texts(names: Sequence[TaxonomyName]) -> list[str]:
    return [one.name for one in names if not one.is_population]
