"""Addresses of official pages."""

import re

# Pages of governments, and of their agencies.
OFFICIAL = re.compile(
    r"https?://(?:web\.archive\.org/web/\d{14}/(?:https?://)?)?(?:[a-z0-9-]+\.)*"
    r"(?:gov|bie\.edu|[a-z]{2}\.us|clackamas\.us|gov\.(?:bc|mb|nl|nu)\.ca"
    r"|(?:alberta|manitoba|mynbpropertyassessment|novascotia|nsfamilylaw|princeedwardisland)\.ca)/"
)
