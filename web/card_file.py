"""The card that a person carries, as a file to print: digits, a neutral word above them, and nothing else (SAFETY C7).

WeasyPrint draws it, because it shapes every script that the words are written in. It is an extra (``handrail[print]``)
and needs the libraries of Pango; without them the page is printed by the browser alone.
"""

from collections.abc import Sequence
from ctypes.util import find_library
from functools import cache
from html import escape
from importlib.util import find_spec
from typing import Any, NoReturn

# What may stand above the number, by the ids of its words: no word that tells, and none that was typed.
LABELS = ("doctor", "clinic", "benefits", "blank")
# A card for a wallet, 3.5 by 2 inches; the same sheet with everything in one quarter, to be folded twice.
SIZES = ("wallet", "fold")
FILE_NAME = "document.pdf"

# Nothing is smaller than 11 points (SAFETY C7): 15 pixels, because lengths are rounded down. The widest number has 16
# letters.
_STYLE = """
@page { size: 3.5in 2in; margin: 0 }
* { margin: 0; padding: 0 }
body { font-family: "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", "Noto Sans CJK SC", "Noto Sans CJK KR",
  "DejaVu Sans", sans-serif; color: #000; text-align: center }
div { display: flex; flex-direction: column; justify-content: center; overflow: hidden; height: 2in; width: 3.5in }
p { font-size: 12pt; line-height: 1.25; white-space: nowrap }
b { display: block; font-size: 20pt; line-height: 1.3; font-weight: 600; white-space: nowrap; direction: ltr }
.fold div { width: 1.75in; height: 1in }
.fold p { font-size: 11.25pt; line-height: 1.1 }
.fold b { white-space: normal; font-size: 13pt; line-height: 1.15 }
i { position: absolute; left: 1.75in; top: 0; height: 2in; border-left: .5pt dashed #888 }
i + i { left: 0; top: 1in; height: 0; width: 3.5in; border: 0; border-top: .5pt dashed #888 }
u { position: absolute; left: 0; top: 0; width: 3.5in; height: 2in; box-sizing: border-box; border: .5pt dashed #888 }
"""


@cache
def can_make_files() -> bool:
    """Whether what draws the card is installed here."""
    return find_spec("weasyprint") is not None and find_library("pango-1.0") is not None


def card_pdf(label: str, numbers: Sequence[str], *, size: str, direction: str) -> bytes:
    """A page of 3.5 by 2 inches with a label, which may be empty, and one to three numbers in groups.

    The file has no title, no date, no language and no name of a program. It is made in about 40 ms, the first one in
    some seconds. Raises ``ImportError`` or ``OSError`` where ``can_make_files`` is false.
    """
    from weasyprint import HTML

    words = f'<p dir="{direction}">{escape(label)}</p>' if label else ""
    digits = "".join(f"<b>{escape(number)}</b>" for number in numbers)
    folds = "<i></i><i></i>" if size == "fold" else ""
    page = f'<style>{_STYLE}</style><body class="{escape(size)}"><u></u>{folds}<div>{words}{digits}</div>'
    drawn: bytes = HTML(string=page, url_fetcher=_fetch_nothing).write_pdf(finisher=_tell_nothing)
    return drawn


def _fetch_nothing(*_arguments: Any, **_options: Any) -> NoReturn:
    raise ValueError("A card loads nothing.")


def _tell_nothing(_document: Any, pdf: Any) -> None:
    """Take away what a library says of itself, of the time and of the language."""
    pdf.info.clear()
    pdf.catalog.pop("Lang", None)
    pdf.catalog.pop("Metadata", None)
