"""Why something is not listed, in words: the same for readers and at the desk."""

from directory.vetting.models import REASONS
from web.wording import Wording


def reasons_in_words(t: Wording) -> dict[str, str]:
    """The closed list of reasons by their codes."""
    return {code: t(f"entries.reason.{code}") for code in REASONS}
