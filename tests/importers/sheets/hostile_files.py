"""Files that are made to exhaust, deceive or leave whoever reads them. All are built here, none is kept."""

import os
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import xlwt

MEBIBYTE = 1024 * 1024
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'


def parts(
    sheets: dict[str, str] | None = None, *, strings: str = "", head: str = _HEAD, names: list[str] | None = None
) -> dict[str, str]:
    """The parts of an XLSX file: rows of sheets by their names, and shared strings."""
    sheets = sheets if sheets is not None else {"Sheet1": '<row r="1"><c r="A1"><v>1</v></c></row>'}
    numbers = range(1, len(sheets) + 1)
    listed = names or list(sheets)
    made = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{head}<workbook xmlns="{MAIN}" xmlns:r="{_RELATIONS}"><sheets>'
        + "".join(
            f'<sheet name="{name}" sheetId="{number}" r:id="rId{min(number, len(sheets))}"/>'
            for number, name in enumerate(listed, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="rId{number}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in numbers
        )
        + f'<Relationship Id="s" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'{head}<sst xmlns="{MAIN}">{strings}</sst>',
    }
    for number, rows in zip(numbers, sheets.values(), strict=True):
        made[f"xl/worksheets/sheet{number}.xml"] = (
            f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return made


def zipped(path: Path, members: dict[str, str] | dict[str, bytes] | dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def xlsx(path: Path, **how: object) -> Path:
    """An XLSX file of ``parts``."""
    return zipped(path, parts(**how))  # type: ignore[arg-type] # handed on as they come


def _noise(size: int) -> str:
    """Text that hardly packs, so that no ratio gives a bomb away."""
    return random.Random(7).randbytes(size // 2).hex()  # noqa: S311 - no secret


def _deflated_zeros(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b"\0" * MEBIBYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * mebibytes + packer.flush(zlib.Z_FINISH)


def raw_zip(path: Path, members: list[tuple[str, bytes, int, int]]) -> Path:
    """A zip file of packed members with whatever sizes and checksums they are to claim."""
    central = b""
    with path.open("wb") as file:
        for name, packed, size, checksum in members:
            at = file.tell()
            common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, checksum, len(packed), size, len(name.encode()), 0)
            file.write(b"PK\x03\x04" + common + name.encode() + packed)
            central += b"PK\x01\x02\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + name.encode()
        at = file.tell()
        file.write(central + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, *[len(members)] * 2, len(central), at, 0))
    return path


def _packed(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


# Bombs


def zip_bomb(path: Path) -> Path:
    """10 MB that unpack to 10 GB and say so."""
    third = _deflated_zeros(3_400)
    return raw_zip(path, [(f"xl/worksheets/sheet{number}.xml", third, 3_400 * MEBIBYTE, 0) for number in (1, 2, 3)])


def lying_bomb(path: Path, *, part: str = "xl/sharedStrings.xml") -> Path:
    """A spreadsheet one part of which says that it is small, with the right checksum for that much, and goes on."""
    whole = {name: content.encode() for name, content in parts().items()}
    start = whole[part].removesuffix(b"</sst>") + b"<si><t>"
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"x" * MEBIBYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    members = [
        (name, _packed(content), len(content), zlib.crc32(content)) for name, content in whole.items() if name != part
    ]
    bomb = head + block * 10_000 + packer.flush()
    return raw_zip(path, [*members, (part, bomb, len(start), zlib.crc32(start))])


def shared_strings_bomb(path: Path) -> Path:
    """One long text, and cells that all are it: 10 GB of text in 4 MB."""
    cells = "".join(
        f'<row r="{row}">' + "".join(f'<c r="{letter}{row}" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJ") + "</row>"
        for row in range(1, 32_000)
    )
    return xlsx(path, sheets={"S": cells}, strings=f"<si><t>{_noise(32_000)}</t></si>")


def many_strings_bomb(path: Path) -> Path:
    """A table of strings that is as large as may be."""
    return xlsx(path, strings=f"<si><t>{_noise(12 * MEBIBYTE)}</t></si>" + "<si/>" * 5_000_000)


def huge_sheet(path: Path) -> Path:
    """A sheet whose XML is far larger than the file."""
    return xlsx(path, sheets={"S": '<row r="1"><c r="A1"><v>1</v></c></row>' * 3_000_000})


def huge_sheet_of_noise(path: Path) -> Path:
    """The same within every ratio: rows upon rows."""
    row = '<row r="{0}"><c r="A{0}"><v>{1}</v></c><c r="B{0}"><v>{1}</v></c></row>'
    draw = random.Random(7)  # noqa: S311 - no secret
    rows = "".join(row.format(number, draw.random()) for number in range(1, 1_000_000))
    return xlsx(path, sheets={"S": rows})


def many_sheets(path: Path) -> Path:
    """A hundred thousand sheets, all the same part."""
    row = "".join(f'<c r="{letter}1" t="inlineStr"><is><t>{_noise(900)}</t></is></c>' for letter in "ABC")
    names = [f"S{number}" for number in range(100_000)]
    return xlsx(path, sheets={"S": f'<row r="1">{row}</row>'}, names=names)


def one_part_twice(path: Path) -> Path:
    return xlsx(path, names=["One", "Two", "Three"])


def letters(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def million_columns(path: Path) -> Path:
    cells = "".join(f'<c r="{letters(column)}1"><v>{column}</v></c>' for column in range(1, 1_000_001))
    return xlsx(path, sheets={"S": f'<row r="1">{cells}</row>'})


def far_corner(path: Path) -> Path:
    """Two cells with 17 billion between them."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return xlsx(path, sheets={"S": rows})


def cells_outside(path: Path) -> Path:
    """Cells whose names are beyond every number."""
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="ZZZZZZZZ99999999999"><v>1</v></c></row>'
    return xlsx(path, sheets={"S": rows})


def ods(path: Path, table: str, *, head: str = _HEAD) -> Path:
    """An ODS file with this table."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'{head}<office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" '
        f'xmlns:text="{urn}:text:1.0"><office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    manifest = (
        f'{_HEAD}<manifest:manifest xmlns:manifest="{urn}:manifest:1.0"><manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    return zipped(
        path,
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": manifest,
        },
    )


def repeated_cells(path: Path) -> Path:
    """A cell that is to be repeated a thousand million times."""
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
        "<text:p>text</text:p></table:table-cell>"
    )
    rows = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    return ods(path, f'<table:table table:name="T">{rows}</table:table>')


def repeated_rows(path: Path) -> Path:
    """The same within what the library takes."""
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
        "<text:p>text</text:p></table:table-cell>"
    )
    rows = f'<table:table-row table:number-rows-repeated="1000">{cell}</table:table-row>'
    return ods(path, f'<table:table table:name="T">{rows}</table:table>')


# XML that grows, or reaches out


def _laughs() -> str:
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))]
    return f"{_HEAD}<!DOCTYPE x [{''.join(lines)}]>"


def billion_laughs(path: Path) -> Path:
    return xlsx(path, strings="<si><t>&a9;</t></si>", head=_laughs())


def laughs_behind_a_comment(path: Path) -> Path:
    """The definition stands far behind the beginning, and in UTF-16."""
    head = f"<!--{_noise(200_000)}-->{_laughs().removeprefix(_HEAD)}"
    text = f'{head}<sst xmlns="{MAIN}"><si><t>&a9;</t></si></sst>'.encode("utf-16")
    return zipped(path, {**{name: part.encode() for name, part in parts().items()}, "xl/sharedStrings.xml": text})


def laughs_in_ods(path: Path) -> Path:
    return ods(path, "&a9;", head=_laughs())


def outside_entity(path: Path, address: str) -> Path:
    """XML that wants to hold what stands somewhere else."""
    head = f'{_HEAD}<!DOCTYPE x [<!ENTITY % y SYSTEM "{address}/y"> %y; <!ENTITY x SYSTEM "{address}">]>'
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>'
    return xlsx(path, sheets={"S": cell}, strings="<si><t>&x;</t></si>", head=head)


# Archives


def nested(path: Path) -> Path:
    """A zip in a zip in a zip."""
    inner = zipped(path.with_name("inner"), {"r/r.zip": b"PK\x05\x06" + b"\0" * 18}).read_bytes()
    path.with_name("inner").unlink()
    return zipped(path, {"r/r.zip": inner})


def nested_under_another_name(path: Path) -> Path:
    inner = zipped(path.with_name("inner"), {"table.csv": b"a,b\r\n1,2\r\n" * 100}).read_bytes()
    path.with_name("inner").unlink()
    return zipped(path, {"table.csv": inner})


def spreadsheet_in_zip(path: Path) -> Path:
    return zipped(path, {"table.csv": b"a,b\n1,2\n", "list.xls": b"\xd0\xcf\x11\xe0"})


def traversal(path: Path) -> Path:
    return zipped(path, {**parts(), "../../../etc/cron.d/x": "x"})


def absolute_path(path: Path) -> Path:
    return zipped(path, {"/etc/passwd.csv": b"a,b\n1,2\n"})


def link_inside(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts().items():
            archive.writestr(name, content)
        link = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return path


def too_many_members(path: Path) -> Path:
    return zipped(path, {**parts(), **{f"xl/media/{number}.png": "" for number in range(1_001)}})


# Text


def wide_header(path: Path) -> Path:
    path.write_bytes(b"id,name" + b",x" * 1_000_000 + b"\r\n1,b\r\n")
    return path


def wide_row(path: Path) -> Path:
    path.write_bytes(b"id,name\r\n1,a" + b"," * 1_000_000 + b"\r\n2,b\r\n")
    return path


def many_cells(path: Path) -> Path:
    path.write_bytes(b"1,2,3,4,5,6,7,8\n" * 600_000)
    return path


def long_page(path: Path) -> Path:
    path.write_bytes(b"<html><table>" + b"<td>a" * 3_000_000)
    return path


def wide_page(path: Path) -> Path:
    row = b'<tr><td colspan="1000" rowspan="10000">a</td></tr>'
    path.write_bytes(b"<table>" + row * 20_000)
    return path


def deep_page(path: Path) -> Path:
    path.write_bytes(b"<table><tr><td>" * 500_000)
    return path


def page_of_comments(path: Path) -> Path:
    path.write_bytes(b"<table>" + b"<!--" * 4_000_000)
    return path


def unpaired_quotes(path: Path) -> Path:
    path.write_bytes(b"a,b\n" + b'"a"b,' * 3_000_000)
    return path


# Files that are something else


def sparse(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(10 * 1024 * MEBIBYTE)
    return path


def sparse_within_size(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(19 * MEBIBYTE)
    return path


def link(path: Path) -> Path:
    xlsx(path.with_name("target.xlsx"))
    path.symlink_to(path.with_name("target.xlsx"))
    return path


def fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    xlsx(path / "list.xlsx")
    return path


def empty(path: Path) -> Path:
    path.touch()
    return path


def blank(path: Path) -> Path:
    path.write_bytes(b"\xef\xbb\xbf \r\n\t\r\n")
    return path


def random_bytes(path: Path) -> Path:
    path.write_bytes(random.Random(1).randbytes(MEBIBYTE))  # noqa: S311 - no secret
    return path


def xls(path: Path) -> Path:
    """An XLS file with a row."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for column, value in enumerate(("Harbor Aid", 3055550142, 2139)):
        sheet.write(0, column, value)
    book.save(str(path))
    return path


def _half(make: Callable[[Path], Path]) -> Callable[[Path], Path]:
    def half(path: Path) -> Path:
        content = make(path).read_bytes()
        path.write_bytes(content[: len(content) // 2])
        return path

    return half


def encrypted(path: Path) -> Path:
    """A file with the parts by which programs know one that is locked."""
    content = xls(path).read_bytes()
    names = [name.encode("utf-16-le").ljust(64, b"\0") for name in ("Workbook", "EncryptedPackage")]
    assert content.count(names[0]) == 1
    path.write_bytes(content.replace(names[0], names[1]))
    return path


def ole_of_noise(path: Path) -> Path:
    """What an XLS begins with, and then no end of it: chains of sectors that lead anywhere."""
    start = xls(path).read_bytes()[:600]
    path.write_bytes(start + random.Random(2).randbytes(MEBIBYTE))  # noqa: S311 - no secret
    return path


half_xlsx, half_xls = _half(xlsx), _half(xls)
