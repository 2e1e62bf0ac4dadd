"""Names of files that tell nothing: whoever sees a folder learns what the site is called, and a day."""

import datetime as dt
import re
import unicodedata

from directory.settings import Settings


def neutral_name(settings: Settings, day: dt.date) -> str:
    """The name of the site and a day, in plain letters: "daybook-2026-11-26"; "numbers" where none is left."""
    plain = unicodedata.normalize("NFKD", settings.site_name).encode("ascii", "ignore").decode().casefold()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-') or 'numbers'}-{day.isoformat()}"
