"""What hangs on a record of an HSDS feed, in the words of a source record."""

from collections.abc import Iterable, Mapping

from directory.listings.disclosure import default_disclosure
from directory.vocabulary.terms import kinds
from importers.mapping import TaxonomyName
from importers.readers import hsds_tables as tables
from importers.readers.hsds_tables import Child, Children, Table, Term
from importers.record import Cells, SourceContact
from importers.tables import Row

# The vocabularies of this directory, as its exports name them: handrail:service, handrail:population ...
OWN_VOCABULARIES = "handrail:"
OWN_KINDS = "handrail:service"

_KEYS = frozenset({"id", *tables.OWNERS})
_ADDRESS_LINES = ("address_2", "address_3", "address_4")
_TERMS_BY = {
    tables.SERVICES_TAXONOMY: ("taxonomy_id", "taxonomy_term_id"),
    tables.SERVICE_ATTRIBUTES: ("taxonomy_term_id",),
    tables.ATTRIBUTES: ("taxonomy_term_id",),
}  # fmt: skip


def without(cells: Cells, *columns: str) -> dict[str, str]:
    """The cells but for some columns."""
    return {name: cell for name, cell in cells.items() if name not in columns}


def kept_cells(table: Table, row: Row) -> dict[str, str]:
    """The cells of a row for which the directory has a place, or that name other rows."""
    return {name: cell for name, cell in row.cells.items() if name in table.columns}


def rows_of(children: Iterable[Child], table: Table, *columns: str) -> tuple[Cells, ...]:
    """Some columns of the readable rows of one table; each row that says the same once."""
    found: dict[tuple[tuple[str, str], ...], None] = {}
    for child in children:
        if child.table is table and not child.row.problem:
            cells = child.row.cells
            if said := tuple((name, cells[name]) for name in columns if name in cells):
                found[said] = None
    return tuple(map(dict, found))


def column_of(children: Iterable[Child], table: Table, *columns: str) -> tuple[str, ...]:
    """Of each readable row of one table, the first of these columns that says something."""
    rows = rows_of(children, table, *columns)
    return tuple(dict.fromkeys(next(cells[name] for name in columns if name in cells) for cells in rows))


def phones_of(own: Iterable[Child], children: Children) -> tuple[Cells, ...]:
    """Lines, with the languages that are spoken on each."""
    phones: dict[tuple[tuple[str, str], ...], None] = {}
    for child in own:
        if child.table is not tables.PHONES or child.row.problem:
            continue
        cells = without(kept_cells(tables.PHONES, child.row), *_KEYS)
        if "number" in cells:
            cells["number"] = cells["number"].strip("\"'") or cells["number"]
        spoken = column_of(children.of("phone_id", child.row.cells.get("id", "")), tables.LANGUAGES, "name", "code")
        if spoken:
            cells["language"] = "; ".join(filter(None, (cells.get("language", ""), *spoken)))
        phones[tuple(cells.items())] = None
    return tuple(map(dict, phones))


def schedules_of(own: Iterable[Child]) -> tuple[Cells, ...]:
    """Opening hours, and those of holidays behind them."""
    own = list(own)
    columns = [sorted(table.columns - _KEYS) for table in (tables.SCHEDULES, tables.HOLIDAYS)]
    return rows_of(own, tables.SCHEDULES, *columns[0]) + rows_of(own, tables.HOLIDAYS, *columns[1])


def language_lines(own: Iterable[Child]) -> tuple[str, ...]:
    """Languages as people write them: a name, and behind it in brackets what is said of it."""
    lines: dict[str, None] = {}
    for cells in rows_of(own, tables.LANGUAGES, "name", "language", "code", "note"):
        name = cells.get("name") or cells.get("language") or cells.get("code", "")
        note = cells.get("note", "")
        if name:
            lines[f"{name} ({note})" if note else name] = None
    return tuple(lines)


def contacts_of(own: Iterable[Child], children: Children) -> tuple[SourceContact, ...]:
    """Whom to ask for, with their lines."""
    found: dict[str, SourceContact] = {}
    for child in own:
        if child.table is not tables.CONTACTS or child.row.problem:
            continue
        identity = child.row.cells.get("id", "")
        cells = without(kept_cells(tables.CONTACTS, child.row), *_KEYS)
        phones = phones_of(children.of("contact_id", identity), children) if identity else ()
        if cells or phones:
            found[repr((sorted(cells.items()), phones))] = SourceContact(cells, phones)
    return tuple(found.values())


def address_of(cells: Cells) -> dict[str, str]:
    """The columns of an address, with all further lines in the second."""
    kept = ("address_1", "city", "state_province", "postal_code", "country")
    address = {name: cells[name] for name in kept if name in cells}
    if more := ", ".join(cells[name] for name in _ADDRESS_LINES if name in cells):
        address["address_2"] = more
    return address


def names_of(own: Iterable[Child], terms: Mapping[str, list[Term]]) -> tuple[TaxonomyName, ...]:
    """What the taxonomy calls a service. A row that is malformed counts too: it can only make it more confidential."""
    found: dict[TaxonomyName, None] = {}
    for child in own:
        for term in _terms_of(child, terms):
            if not term.vocabulary.startswith(OWN_VOCABULARIES):
                found[term.name] = None
            elif term.vocabulary == OWN_KINDS:
                found[own_name(term.code)] = None
    return tuple(found)


def own_name(code: str) -> TaxonomyName:
    """A kind of this directory in words, such that those whose place is withheld are known for it."""
    words = code.replace("-", " ")
    is_closed = any(code == one.code for one in kinds()) and default_disclosure((code,)) != "public"
    return TaxonomyName(f"{words} shelter" if is_closed else words)


def own_attributes(own: Iterable[Child], terms: Mapping[str, list[Term]]) -> tuple[Cells, ...]:
    """Terms of the directory's own vocabulary, as exports of it write them."""
    found: dict[tuple[tuple[str, str], ...], None] = {}
    for child in own:
        if child.row.problem:
            continue
        for term in _terms_of(child, terms):
            if term.vocabulary.startswith(OWN_VOCABULARIES) and term.code:
                said = {"taxonomy": term.vocabulary, "code": term.code}
                said |= {name: child.row.cells[name] for name in ("link_type", "value") if name in child.row.cells}
                found[tuple(said.items())] = None
    return tuple(map(dict, found))


def _terms_of(child: Child, terms: Mapping[str, list[Term]]) -> list[Term]:
    columns = _TERMS_BY.get(child.table, ())
    return [term for column in columns for term in terms.get(child.row.cells.get(column, ""), ())]
