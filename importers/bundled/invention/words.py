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


def coined(turn: int, place: int) -> str:
    """A made-up name; another one for every pair of turn (0 to 13) and place (0 to 19)."""
    return _FIRST[place] + _SECOND[(turn + 5 * place) % len(_SECOND)]


def street(turn: int, place: int) -> str:
    """A house number in a street that no town has."""
    return f"{501 + 7 * turn + 40 * place} {_STREETS[(turn + 3 * place) % len(_STREETS)]}"
