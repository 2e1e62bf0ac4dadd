"""How names of places are compared: "St. Louis", "saint  louis" and "SAINT-LOUIS" are one name."""

import re

from directory.values.plain_text import folded

# What people and the post office shorten. Each short form becomes the long one, wherever it stands.
_LONG_WORDS = {
    "st": "saint",
    "ste": "sainte",
    "ft": "fort",
    "mt": "mount",
    "mtn": "mountain",
    "bch": "beach",
    "ctr": "center",
    "gdns": "gardens",
    "hbr": "harbor",
    "hls": "hills",
    "hts": "heights",
    "jct": "junction",
    "lk": "lake",
    "pk": "park",
    "spg": "spring",
    "spgs": "springs",
    "vlg": "village",
    "vly": "valley",
}
_DIRECTIONS = {"n": "north", "no": "north", "s": "south", "so": "south", "e": "east", "w": "west"}
_INITIALS = re.compile(r"\b(\w) (?=\w\b)")
# "Mc Kinney", "O' Fallon", "Coeur d Alene"; "La Porte" and "De Witt" only in front, for LA and DE are states.
_PARTICLES = re.compile(r"\b(mc|[dlo]) (?=\w)|^(la|le|de|du) (?=\w)")
_TITLE = re.compile(r"^(?:the |(?:city|town|village|township|borough|municipality) of )+(?=.)")


def fold_name(text: str) -> str:
    """The name as names are compared: no case, accents, signs or doubled blanks, common short forms written out.

    Initials and particles close up ("D.C." is "dc", "Mc Allen" "mcallen"), a leading direction is written out
    ("N. Miami"), "City of" and "the" go.
    Empty when the text holds no letter or digit.
    """
    words = folded(text).split()
    if len(words) > 1 and len(words[1]) > 1 and words[0] in _DIRECTIONS:
        words[0] = _DIRECTIONS[words[0]]
    name = " ".join([_LONG_WORDS.get(word, word) for word in words])
    name = _TITLE.sub("", _INITIALS.sub(r"\1", name))
    return _PARTICLES.sub(lambda found: found[0].strip(), name)
