"""Where *Leave* goes: one ordinary page for each language of the site."""

import msgspec

from directory.settings import Settings


class Exit(msgspec.Struct, frozen=True):
    """Where people go who leave.

    Attributes:
        url: an ordinary https page.
        label: what stands on the control; empty for the usual word of the language.
    """

    url: str
    label: str = ""


def exit_of(settings: Settings, language: str) -> Exit:  # noqa: ARG001 - one exit for all languages so far
    """The exit of a deployment for readers of a language."""
    return Exit(settings.exit_url)
