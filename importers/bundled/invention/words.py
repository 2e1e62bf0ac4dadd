"""Names that nobody bears: two old words joined, so that a person who reads one can hear that it is made up."""

# fmt: off
_FIRST = (
    "Alder", "Brindle", "Copper", "Dapple", "Ember", "Fennel", "Gable", "Hazel", "Ivory", "Juniper",
    "Kestrel", "Larken", "Marrow", "Nettle", "Otter", "Pepper", "Quillon", "Russet", "Sorrel", "Teasel",
)
_SECOND = (
    "thwaite", "garth", "mere", "holt", "wick", "combe", "fold",
    "stead", "howe", "beck", "rigg", "scar", "tarn", "keld",
)
# Of towns and the land around them; these names say "Practice" too, because their towns are small.
_FIRST_OUTSIDE = (
    "Umber", "Vetch", "Willow", "Yarrow", "Bramble", "Clover", "Dogwood", "Furze", "Gorse", "Heather",
)
_SECOND_OUTSIDE = (*_SECOND, "thorpe", "shaw", "lund")
# fmt: on
_STREETS = (
    "Umberwick Way",
    "Vetchfold Street",
    "Yarrowgarth Avenue",
    "Tansyholt Road",
    "Millethowe Street",
    "Pimpernelrigg Avenue",
    "Loosestrife Way",
    "Quincekeld Street",
    "Damsonmere Road",
    "Medlarstead Avenue",
)


FIRST_PLACE_OUTSIDE = len(_FIRST)


def coined(turn: int, place: int) -> str:
    """A made-up name; another one for every pair of turn and place.

    Places 0 to 19 are for metro areas (turns 0 to 13), places from ``FIRST_PLACE_OUTSIDE`` on for sixteen towns.
    """
    if place < FIRST_PLACE_OUTSIDE:
        return _FIRST[place] + _SECOND[(turn + 5 * place) % len(_SECOND)]
    first = _FIRST_OUTSIDE[place - FIRST_PLACE_OUTSIDE]
    return f"Practice {first}{_SECOND_OUTSIDE[(turn + 5 * place) % len(_SECOND_OUTSIDE)]}"


def street(turn: int, place: int) -> str:
    """A house number in a street that no town has."""
    return f"{501 + 7 * turn + 40 * place} {_STREETS[(turn + 3 * place) % len(_STREETS)]}"
