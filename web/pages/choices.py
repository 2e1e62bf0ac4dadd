"""What the form offers to choose from, in one language. The same for everybody, so it is put together once."""

from collections.abc import Iterable
from functools import cache

import msgspec

from directory.values import language as languages
from directory.values.plain_text import folded
from directory.vocabulary import terms
from web.pages.asking import GROUPS, LEVELS, OF_AGE, OPENINGS, RADII, SEXES, TILES
from web.pages.term_words import language_words, term_words
from web.wording import Wording

# Asked for most in this work, and hard to find in a long list; the others follow by name.
_OFTEN = ("es", "ht", "pt", "fr", "zh", "vi", "ru", "ar", "mam", "quc", "kjb", "mix", "ase")


class Choice(msgspec.Struct, frozen=True):
    """A value of a field and its words."""

    value: str
    label: str


class Group(msgspec.Struct, frozen=True):
    """Choices under a heading."""

    label: str
    choices: tuple[Choice, ...]


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the form offers."""

    tiles: tuple[Choice, ...]
    languages: tuple[Group, ...]
    kinds: tuple[Group, ...]
    who: tuple[Choice, ...]
    barriers: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    radii: tuple[Choice, ...]
    openings: tuple[Choice, ...]
    ages: tuple[Choice, ...]
    sexes: tuple[Choice, ...]
    groups: tuple[Choice, ...]
    reasons: tuple[Choice, ...]


@cache
def choices(t: Wording) -> Choices:
    """What the form offers in a language; radii are in the unit of its country."""
    country = t.country
    return Choices(
        tiles=tuple(Choice(code, t(f"tile.{code}")) for code in TILES),
        languages=_languages(t),
        kinds=_kinds(t),
        who=_labelled(terms.POPULATION, t),
        barriers=_labelled(terms.BARRIER, t),
        levels=tuple(Choice(level, t(f"level.{level or 'any'}")) for level in LEVELS),
        radii=tuple(Choice(str(radius), t.radius(radius, country)) for radius in RADII),
        openings=tuple(Choice(opening, t(f"opening.{opening or 'any'}")) for opening in OPENINGS),
        ages=tuple(Choice(str(age), str(age) if age else t("finder.age.under_1")) for age in range(OF_AGE)),
        sexes=tuple(Choice(sex, t(f"sex.{sex or 'any'}")) for sex in SEXES),
        groups=tuple(Choice(str(size), str(size)) for size in GROUPS),
        reasons=_labelled("report-reason", t),
    )


def _labelled(scheme: str, t: Wording) -> tuple[Choice, ...]:
    return tuple(Choice(term.code, term_words(scheme, term.code, t)) for term in terms.terms(scheme))


def _languages(t: Wording) -> tuple[Group, ...]:
    known = {one.tag for one in languages.all_languages() if languages.bit_of(one.tag) is not None}
    often = [tag for tag in _OFTEN if tag in known]
    others = sorted(known.difference(often), key=lambda tag: folded(languages.label(tag, t.language)))
    return (
        Group(t("finder.language.often"), _named(often, t)),
        Group(t("finder.language.others"), _named(others, t)),
    )


def _named(tags: Iterable[str], t: Wording) -> tuple[Choice, ...]:
    return tuple(Choice(tag, language_words(tag, t)) for tag in tags)


def _kinds(t: Wording) -> tuple[Group, ...]:
    """Every kind, under the one that it belongs to in the end; those that belong to none come last."""
    families: dict[str, list[Choice]] = {}
    alone: list[Choice] = []
    for term in terms.kinds():
        root = term
        while root.parent is not None:
            root = terms.kind(root.parent)
        choice = Choice(term.code, term_words(terms.KIND, term.code, t))
        if root is not term or len(terms.expand_kind(term.code)) > 1:
            families.setdefault(root.code, []).append(choice)
        else:
            alone.append(choice)
    groups = [Group(term_words(terms.KIND, code, t), tuple(found)) for code, found in families.items()]
    return (*groups, Group(t("finder.kind.others"), tuple(alone)))
