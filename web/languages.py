"""Which languages a deployment speaks wholly, and which only in labels because no person has read the rest."""

from directory.settings import OWN_LANGUAGES, Settings
from web.wording import DRAFTED, LANGUAGES, Wording, catalogue, wording


def approvals(settings: Settings) -> dict[str, str]:
    """The digests of what was read, by language."""
    pairs = (one.partition(":") for one in settings.reviewed_languages.split())
    return {language: digest for language, _, digest in pairs}


def is_reviewed(settings: Settings, language: str) -> bool:
    """Whether a person has read all texts of a language, as they are today; a changed text takes the approval away."""
    return language in OWN_LANGUAGES or approvals(settings).get(language) == catalogue(language).digest


def spoken(settings: Settings) -> dict[str, Wording]:
    """The words of every language of the site, the deployment's own first."""
    order = (settings.language, *(language for language in LANGUAGES if language != settings.language))
    return {
        language: wording(
            language, country=settings.country, lent="" if is_reviewed(settings, language) else settings.language
        )
        for language in order
    }


def approved(settings: Settings, language: str) -> str:
    """The setting that says that a person has read this language too, as it is today."""
    known = {known: digest for known, digest in approvals(settings).items() if known in DRAFTED}
    return _written(known | {language: catalogue(language).digest})


def withdrawn(settings: Settings, language: str) -> str:
    """The setting without a language."""
    return _written({known: digest for known, digest in approvals(settings).items() if known != language})


def _written(digests: dict[str, str]) -> str:
    return " ".join(f"{language}:{digest}" for language, digest in sorted(digests.items()))
