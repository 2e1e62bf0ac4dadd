"""The card that a person carries, as a file to print: digits, a neutral word above them, and nothing else (SAFETY C7).

Where nothing can draw it, the page is printed by the browser alone.
"""

from collections.abc import Sequence
from html import escape

from web.paper.drawing import FONTS, draw

# What may stand above the number, by the ids of its words: no word that tells, and none that was typed.
LABELS = ("doctor", "clinic", "benefits", "blank")
# A card for a wallet, 3.5 by 2 inches; the same sheet with everything in one quarter, to be folded twice.
SIZES = ("wallet", "fold")

# Nothing is smaller than 11 points (SAFETY C7): 15 pixels, because lengths are rounded down. The widest number has 16
# letters.
_STYLE = f"""
@page {{ size: 3.5in 2in; margin: 0 }}
* {{ margin: 0; padding: 0 }}
body {{ font-family: {FONTS}; color: #000; text-align: center }}
div {{ display: flex; flex-direction: column; justify-content: center; overflow: hidden; height: 2in; width: 3.5in }}
p {{ font-size: 12pt; line-height: 1.25; white-space: nowrap }}
b {{ display: block; font-size: 20pt; line-height: 1.3; font-weight: 600; white-space: nowrap; direction: ltr }}
.fold div {{ width: 1.75in; height: 1in }}
.fold p {{ font-size: 11.25pt; line-height: 1.1 }}
.fold b {{ white-space: normal; font-size: 13pt; line-height: 1.15 }}
i {{ position: absolute; left: 1.75in; top: 0; height: 2in; border-left: .5pt dashed #888 }}
i + i {{ left: 0; top: 1in; height: 0; width: 3.5in; border: 0; border-top: .5pt dashed #888 }}
u {{ position: absolute; left: 0; top: 0; width: 3.5in; height: 2in; box-sizing: border-box; border: .5pt dashed #888 }}
"""


def card_pdf(label: str, numbers: Sequence[str], *, size: str, direction: str) -> bytes:
    """A page of 3.5 by 2 inches with a label, which may be empty, and one to three numbers in groups.

    It is made in about 40 ms.
    """
    words = f'<p dir="{direction}">{escape(label)}</p>' if label else ""
    digits = "".join(f"<b>{escape(number)}</b>" for number in numbers)
    folds = "<i></i><i></i>" if size == "fold" else ""
    return draw(f'<style>{_STYLE}</style><body class="{escape(size)}"><u></u>{folds}<div>{words}{digits}</div>')
