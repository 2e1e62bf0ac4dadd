"""Where *Leave* goes: one ordinary page for each language of the site."""

import msgspec

from directory.settings import Settings, by_language, exits_of


class Exit(msgspec.Struct, frozen=True):
    """Where people go who leave.

    Attributes:
        url: an ordinary https page.
        label: what stands on the control; empty for the usual word of the language.
    """

    url: str
    label: str = ""


def exit_of(settings: Settings, language: str) -> Exit:
    """The exit of a deployment for readers of a language; the default one where the language has none of its own."""
    urls = exits_of(settings)
    return Exit(urls.get(language, urls[""]), by_language(settings.exit_labels).get(language, ""))
