"""Addresses of official pages."""

import re

# Pages of governments, and of their agencies.
OFFICIAL = re.compile(
    r"https?://(?:(?:web(?:\.archive\.org/web|archive\.library\.unt\.edu/eot2008)|bac-lac\.wayback\.archive-it\.org/web)"
    r"/\d{14}/(?:https?://?)?)?"
    r"(?:[a-z0-9-]+\.)*"
    r"(?:gov|gov\.(?:mp|vi)|bie\.edu|dlg\.usg\.edu|wvdhhr\.org|[a-z]{2}\.us|clackamas\.us|sanjuancounty\.org"
    r"|gov\.(?:bc|mb|nl|nt|nu|on|sk)\.ca|(?:gouv|cdpdj)\.qc\.ca|(?:alberta|manitoba|mynbpropertyassessment|novascotia"
    r"|nsfamilylaw|princeedwardisland|quebec|saskatchewan|yukon)\.ca)/"
)
