"""Words by which sources speak of places where people are sheltered, in English, Spanish, French and Haitian Creole.

They are looked for in folded text. In doubt they find a shelter: a public place that counts as one for a while can be
put right by a person, and a shelter's address that came out cannot be taken back.
"""

import re
from typing import Literal

from directory.values.plain_text import folded

Sheltering = Literal["", "shelter", "transitional-housing"]

_SHELTERS = (
    r"shelter(?:s|ing)?|safe ?(?:houses?|homes?|havens?)|safe (?:housing|beds?|lodgings?|accommodations?)|refuges?"
    r"|host homes?|(?:emergency|crisis) (?:housing|lodgings?|accommodations?)"
    r"|albergues?|refugios?|(?:hogar(?:es)?|casas?|centros?) (?:segur[oa]s?|de acogida|de refugio|de paso)"
    r"|(?:maisons?|centres?|foyers?) d ?hebergement|hebergement d ?urgence|refij"
)
_TRANSITIONAL = r"transitional (?:housing|homes?|houses?|living|residences?|apartments?|shelters?)"
_AT_RISK = r"(?:traffick\w*|exploited|exploitation|(?:domestic|family|partner) violence|battered|abused|runaways?)"
_LODGING = r"(?:residential|residences?|housing|homes|beds|lodging)"

_IN_A_NAME = re.compile(
    rf"\b(?:{_SHELTERS})\b|\b{_AT_RISK}\b.{{0,80}}\b{_LODGING}\b|\b{_LODGING}\b.{{0,80}}\b{_AT_RISK}\b"
)
# What a service may be called that shelters people, and also one that does not.
_PERHAPS = re.compile(
    r"\b(?:safe (?:places?|spaces?)|havens?|battered|maternity homes?|basic centers?|rescue missions?|casa hogar)\b"
)
_IN_A_SENTENCE = re.compile(
    rf"\b(?:{_SHELTERS})\b"
    rf"|\bresidential (?:care|programs?|services|facilit\w+|homes?) (?:\w+ ){{0,7}}for (?:\w+ ){{0,3}}{_AT_RISK}\b"
    rf"|\bhavens? for (?:\w+ ){{0,3}}(?:homeless|{_AT_RISK})\b"
)
_SOON_OVER = re.compile(rf"\b{_TRANSITIONAL}\b")

_SOMEBODY_ELSES = "area|local|other|homeless|emergency|various|many|several|family|community|nearby|crisis|youth"
# Shelters of which a sentence speaks although it offers none: other people's, and those that are for no people.
_NOT_OFFERED = re.compile(
    rf"\b(?:refer\w*|link\w*|direct|directs|connect\w*|information) (?:\w+ ){{0,8}}?(?:to|with|about|on|for) "
    rf"(?:\w+ ){{0,3}}?(?:{_SHELTERS}|{_TRANSITIONAL})\b"
    rf"|\b(?:to|in|at|from|about|into|near|with|for|on|visits?|serves?) "
    rf"(?:(?:{_SOMEBODY_ELSES}|womens|domestic violence|hospitals|schools|and|or|the) ){{0,4}}"
    r"(?:shelters|safe ?houses|refuges|refugios|albergues)\b"
    r"|\bshelter (?:in place|from (?:the )?(?:storms?|hurricanes?|rain|sun|wind|tax\w*))\b|\b(?:take|seek) shelter\b"
    r"|\b(?:animal|pet|dog|cat|bus|bus stop|tax|wildlife|picnic|park) (?:rescue )?(?:shelters?|refuges?)\b"
    r"|\bsafe havens? (?:laws?|for (?:abandoned )?(?:newborns|infants|babies))\b"
)
_END_OF_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")

# Of an address or the name of a place ...
_WITHHELD_CELL = re.compile(
    r"\b(?:confidential|undisclosed|withheld|unlisted|not disclosed|not published|confidencial)\b"
)
_WITHHELD_HINT = re.compile(
    r"confiden|disclos|secret|withheld|unlisted|publi|not given|not shared|hidden", re.IGNORECASE
)
_HIDDEN = r"(?:confidential|undisclosed|secret|unlisted|unpublished|hidden)"
_WHAT_KIND = (
    r"(?:safe|secure|emergency|temporary|residential|domestic violence|24 hour|crisis|transitional|womens|homeless"
    r"|youth|family|short term|shelter)"
)
_PLACE = (
    r"(?:shelters?|safe ?(?:houses?|homes?)|refuges?|locations?|address(?:es)?|sites?|residences?|facilit\w+|house)"
)
_WITHHELD_TEXT = re.compile(
    rf"\b{_HIDDEN} (?:and )?(?:{_WHAT_KIND} ){{0,4}}{_PLACE}\b"
    rf"|\b{_HIDDEN} (?:and )?(?:{_WHAT_KIND} ){{1,4}}(?:housing|homes?|beds)\b"
    rf"|\b{_PLACE} (?:of (?:the|our|this|its) (?:{_WHAT_KIND} )?{_PLACE} )?(?:is|are) "
    r"(?:kept |strictly |completely |a )?"
    r"(?:confidential|undisclosed|secret|withheld|not (?:disclosed|published|given|shared|public))\b"
    r"|\b(?:not|never) (?:disclose|publish|share|reveal|give out) (?:the|our|its|their) (?:\w+ )?(?:location|address)\b"
    r"|\b(?:ubicacion|direccion)(?: \w+)? (?:es )?(?:confidencial|secreta)\b"
    r"|\b(?:refugios?|albergues?|casa|hogar|alojamiento|lugar) (?:\w+ )?(?:confidencial|secret[oa])\b"
)


def shelter_in_name(name: str, *, is_kind_known: bool = True) -> Sheltering:
    """What a name says of sheltering people. ``name`` is folded.

    ``is_kind_known`` is False where nothing else tells what a service is; then names that may mean either count.
    """
    if _IN_A_NAME.search(name) or (not is_kind_known and _PERHAPS.search(name)):
        return "shelter"
    return "transitional-housing" if _SOON_OVER.search(name) else ""


def shelter_in_text(text: str) -> Sheltering:
    """What a description says of sheltering people; sentences about other people's shelters say nothing."""
    said = [_NOT_OFFERED.sub(" ", folded(sentence)) for sentence in _END_OF_SENTENCE.split(text)]
    if any(_IN_A_SENTENCE.search(sentence) for sentence in said):
        return "shelter"
    return "transitional-housing" if any(_SOON_OVER.search(sentence) for sentence in said) else ""


def is_withheld(cell: str) -> bool:
    """Whether an address, or the name of a place, says that it is not told."""
    return _WITHHELD_CELL.search(folded(cell)) is not None


def says_withheld(text: str) -> bool:
    """Whether a sentence says that a place is not told, or is one where people hide."""
    return _WITHHELD_HINT.search(text) is not None and _WITHHELD_TEXT.search(folded(text)) is not None
