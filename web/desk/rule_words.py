"""What an import mended or found in a row, in words: the rules that rows meet most."""

from typing import Final

_WORDS: Final = {
    "point-from-city": "put on the map by its town",
    "point-from-postal": "put on the map by its ZIP code",
    "state-tidied": "state as two letters",
    "state-from-postal": "state found by the ZIP code",
    "state-and-postal-differ": "state and ZIP code do not go together",
    "postal-tidied": "ZIP code tidied",
    "postal-zero-restored": "ZIP code got its first zero back",
    "postal-plus-four-cut": "ZIP code cut to five digits",
    "url-tidied": "web address tidied",
    "url-scheme-added": "web address completed",
    "several-phones-split": "several numbers in one cell taken apart",
    "phone-not-readable": "a number cannot be dialled",
    "phone-words-kept": "words beside a number kept",
    "phone-without-area-code": "a number has no area code",
    "no-phone-stated": "no number is stated",
    "hours-not-readable": "hours not understood",
    "hours-not-stated": "no hours are stated",
    "hours-half-inferred": "morning or afternoon of hours found out",
    "language-spelling": "a language spelt otherwise",
    "language-lines-split": "several languages taken apart",
    "language-not-known": "a language is not known",
    "text-cut": "a long text cut",
    "telling-sentence-removed": "a sentence that tells a place removed",
    "unknown-columns-dropped": "columns that mean nothing here left out",
    "organization-not-stated": "no organization is stated",
    "place-not-stated": "no place is stated",
    "repeats-differ": "the source repeats it with other words",
    "numbers-differ": "rows of one name give different numbers",
    "rows-joined": "several rows are one",
    "id-used-twice": "one id for several things",
}


def rules_in_words(rules: tuple[str, ...]) -> str:
    """Rules by their names in one line; a rare one by its own words."""
    return ", ".join(_WORDS.get(rule, rule.replace("-", " ")) for rule in rules)
