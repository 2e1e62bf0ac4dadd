"""What may stand in a mapping file, for whoever writes one: at the head of a saved file, and in the command's help."""

# Every meaning of a column, by what it is about.
MEANINGS: dict[str, str] = {
    "names": "organization program name site alternate-name",
    "what it does": "kinds description application documents fees",
    "for whom": "populations eligibility ages age-minimum age-maximum",
    "numbers to call": (
        "phone phone:office phone:hotline phone:toll-free phone:after-hours phone:intake phone:text phone:tty "
        "phone:fax phone:whatsapp phone-label phone-extension"
    ),
    "other ways": "email url contact person",
    "where it is": (
        "address street unit city state postal county country latitude longitude accessibility transportation"
    ),
    "where mail goes (never shown)": "mailing mailing-city mailing-state mailing-postal",
    "whom it serves": "service-area",
    "when": (
        "hours hours:intake hours:crisis-line days opens closes hours:monday hours:tuesday hours:wednesday "
        "hours:thursday hours:friday hours:saturday hours:sunday"
    ),
    "languages": "languages interpreter",
    "what must not be told": "confidential publishable exclude",
    "about the row": "id organization-id row-number status verified-on",
    "kept as it is, or left out": "notes ignore",
}
CROSSES_EXPLAINED = (
    "cross:language cross:kind cross:population cross:barrier cross:county",
    "or with the term that a cross stands for: cross:population:trans-women, cross:kind:food, cross:language:ht",
)
_WIDTH = 100


def _wrapped(title: str, words: str) -> list[str]:
    lines = [f"  {title}:"]
    for word in words.split():
        if len(lines[-1]) + len(word) >= _WIDTH:
            lines.append("   ")
        lines[-1] += f" {word}"
    return lines


GUIDE: tuple[str, ...] = (
    'A line is "header" = "meaning". "column C" names a column by its letter. Meanings:',
    *(line for title, words in MEANINGS.items() for line in _wrapped(title, words)),
    "  crosses (X, yes) under a header that says of what:",
    *(f"    {line}" for line in CROSSES_EXPLAINED),
    "What holds for every row stands in a section of its own, and so do words of this source for kinds and people:",
    "  [constants]",
    '  state = "FL"',
    "  [kinds]",
    '  immigration-relief = ["papers clinic"]',
    "  [who]",
    '  minors = ["=youth", "kids*"]',
)
"""The lines, without the sign of a remark."""

# The same for a list to choose from: what it is about, then the meanings. Crosses need the words of the file.
CHOICES: dict[str, tuple[str, ...]] = {title: tuple(words.split()) for title, words in MEANINGS.items()} | {
    "crosses under a header that says of what": tuple(CROSSES_EXPLAINED[0].split())
}
