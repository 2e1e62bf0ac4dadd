"""What readers were shown, as text for a terminal and as a picture (SVG)."""

from html import escape

from tests.benchmarks.freshness.findings import Findings

_COLUMNS = (
    ("wrong", "wrong %", 2), ("harm", "harm %", 2), ("closure_days", "closure d", 0), ("number_days", "number d", 0),
    ("unconfirmed_12m", ">12 m %", 2), ("false_suspensions", "false susp", 2), ("details", "details %", 1),
    ("attempts", "calls/mo", 0), ("minutes", "min/mo", 0),
)  # fmt: skip
_ROW, _LEFT, _WIDTH = 44, 150, 760
_INK, _PAPER, _WRONG, _HARM = "#1f2933", "#ffffff", "#2f6f8f", "#d08a3c"


def table(found: Findings) -> list[str]:
    """One line for each policy, one for each bar."""
    lines = [f"world {found.world}, seeds {', '.join(map(str, found.seeds))}: views that were wrong, in percent", ""]
    heads = "".join(f"{head:>11}" for _, head, _ in _COLUMNS)
    lines.append(f"{'policy':<12}{heads}{'/annual':>9}{'harm/a':>8}")
    for name, one in found.policies.items():
        cells = "".join(f"{one[figure]:>11.{places}f}" for figure, _, places in _COLUMNS)
        ratios = "".join(
            f"{found.ratios[key]:>{width}.2f}" if key in found.ratios else " " * width
            for key, width in ((f"{name}_wrong", 9), (f"{name}_harm", 8))
        )
        lines.append(f"{name:<12}{cells}{ratios}")
    most = max((one["wrong"] for one in found.policies.values()), default=0) or 1
    lines.append("")
    lines += [
        f"{name:<12}{'█' * round(50 * one['wrong'] / most)} {one['wrong']:.2f}" for name, one in found.policies.items()
    ]
    for name, one in found.policies.items():
        if believed := one.get("believed"):
            told = "  ".join(f"{part['believed']:.3f}->{part['wrong']:.3f} ({part['listings']})" for part in believed)
            lines += ["", f"{name}: believed -> found wrong (listings)", f"  {told}"]
    lines.append("")
    lines += [
        f"{'pass' if bar.ok else 'SHORT':<6}{bar.name:<36}{bar.value:>8.3f}  bar {bar.bar:g}" for bar in found.bars
    ]
    return lines


def picture(found: Findings) -> str:
    """Two bars for each policy, with a sentence that says what they show."""
    most = max((max(one["wrong"], one["harm"]) for one in found.policies.values()), default=0) or 1
    room = _WIDTH - _LEFT - 70
    height = 110 + _ROW * len(found.policies)
    ours, annual = found.policies.get("ours"), found.policies.get("annual")
    said = "Views of listings that were wrong, by policy of calling; the same minutes for all."
    if ours and annual:
        said = (
            f"With the same minutes, readers saw something wrong in {ours['wrong']:.2f} % of views instead of "
            f"{annual['wrong']:.2f} % under a yearly round."
        )
    size = f'width="{_WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif" font-size="14">',
        f'<title>{escape(said)}</title><rect {size} fill="{_PAPER}"/>',
        _text(16, 28, said),
        *(f'<rect x="{x}" y="41" width="13" height="13" fill="{color}"/>' for x, color in ((16, _WRONG), (300, _HARM))),
        _text(36, 52, "percent of views that were wrong"),
        _text(320, 52, "the same, weighted by harm"),
    ]
    for place, (name, one) in enumerate(found.policies.items()):
        top = 76 + place * _ROW
        parts.append(_text(16, top + 20, name))
        for offset, figure, color in ((0, "wrong", _WRONG), (15, "harm", _HARM)):
            width = max(1, round(room * one[figure] / most))
            parts.append(f'<rect x="{_LEFT}" y="{top + offset}" width="{width}" height="13" fill="{color}"/>')
            parts.append(_text(_LEFT + width + 6, top + offset + 11, f"{one[figure]:.2f}"))
    return "\n".join([*parts, "</svg>", ""])


def _text(x: int, y: int, words: str) -> str:
    return f'<text x="{x}" y="{y}" fill="{_INK}">{escape(words)}</text>'
