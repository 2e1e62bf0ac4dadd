"""What somebody says who calls a program: short, and never a word that tells an unknown voice what this is about."""

from functools import cache
from importlib import resources

import msgspec

from directory.settings import tells

_LONGEST_NAME = 80


@cache
def _words(language: str) -> dict[str, str]:
    content = resources.files("directory.confirming").joinpath("script.json").read_bytes()
    return msgspec.json.decode(content, type=dict[str, dict[str, str]])[language]


def script(name: str, *, site: str, language: str) -> tuple[str, ...]:
    """The lines in the order in which they are said.

    A name that tells is not said: then whoever calls asks whom they have reached.

    Args:
        name: of the service or its organization.
        site: the neutral name of the deployment.
        language: one of ``settings.OWN_LANGUAGES``.
    """
    words = _words(language)
    is_sayable = bool(name) and len(name) <= _LONGEST_NAME and not tells(name)
    number = words["number"].format(name=name) if is_sayable else words["number_unnamed"]
    return words["who"].format(site=site), number, *(words[part] for part in _THEN)


_THEN = ("referrals", "languages", "thanks", "machine")
