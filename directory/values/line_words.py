"""What words beside a number, or beside hours, say of whose they are: the crisis line's, intake's, the office's."""

import re
from typing import Literal

from directory.values.plain_text import folded

Role = Literal["crisis-line", "intake", "office"]

OFFICE = re.compile(r"\b(?:offices?|admin\w*|business|reception|front desk|customer service|oficinas?|bureau)\b")
INTAKE = re.compile(r"\b(?:intakes?|admissions?|admitting|admision|ingreso)\b")
CRISIS = re.compile(
    r"\b(?:hot ?-?lines?|help ?-?lines?|hope ?lines?|life ?lines?|crisis"
    r"|linea de (?:crisis|ayuda|emergencia)"
    r"|emergency (?:line|phone|hotline|number|calls?)|ligne d'urgence)\b"
)
_ROUND_THE_CLOCK = re.compile(r"\b24 ?(?:hours?|hrs?|h|7) (?:line|phone|number|telephone)\b")
_NOT_CRISIS = re.compile(
    r"\b(?:non|not|no)(?: (?:a|an|for|the))? ?(?:crisis|emergency|emergencies|hot ?line|help ?line)\b"
)
_OF_SLOT = re.compile(r"(?:(hotline|crisis|crisis-line)|(intake)|(office))(?:-[0-9]{1,3})?")
# A label says which line it is; a whole sentence may speak of another one.
_LONGEST_LABEL = 60


def roles_of_line(slot: str, description: str) -> list[Role]:
    """What a line is for, by the name of its slot and the label beside its number; empty if neither says."""
    if named := _OF_SLOT.fullmatch(slot):
        return ["crisis-line" if named[1] else "intake" if named[2] else "office"]
    if len(description) > _LONGEST_LABEL:
        return []
    said = folded(description)
    bare = _NOT_CRISIS.sub(" ", said)
    found: dict[Role, bool] = {
        "crisis-line": bool(CRISIS.search(bare) or _ROUND_THE_CLOCK.search(bare)),
        "intake": bool(INTAKE.search(said)),
        "office": bool(OFFICE.search(said)),
    }
    return [role for role, is_named in found.items() if is_named]
