"""Curves over days as plain SVG, one small picture for each name under the other."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

WIDTH, ROW, TOP = 860, 64, 48
LABELS, CURVES, HIGH = 250, 380, 36  # columns of the picture and height of a curve, in pixels
_STYLE = (
    "text{font:13px sans-serif;fill:#222}text.day{fill:#666;font-size:11px}"
    "polyline{fill:none;stroke:#2f6f4f;stroke-width:2}circle{fill:#2f6f4f}"
    "line{stroke:#ddd}"
)


def draw_curves(title: str, days: Sequence[date], sizes: Mapping[str, Sequence[int]]) -> str:
    """Draw how large each name was on each day; each curve has its own scale, from 0.

    Args:
        title: Heading of the picture.
        days: The days, oldest first; gaps between them are drawn as wide as they are.
        sizes: Name → size on each of the days.

    Returns:
        An SVG document.

    Examples:
        >>> days = [date(2026, 6, 18), date(2026, 6, 19)]
        >>> draw_curves("Members", days, {"vip": [2, 5], "new": [0, 0]}).count("<polyline")
        2
    """
    rows = "\n".join(
        _row(number, name, days, counts) for number, (name, counts) in enumerate(sizes.items())
    )
    height = TOP + ROW * len(sizes) + 24
    ends = "".join(
        f'<text class="day" x="{x}" y="{height - 8}" text-anchor="{anchor}">{day}</text>'
        for day, x, anchor in ((days[0], LABELS, "start"), (days[-1], LABELS + CURVES, "end"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n'
        f'<text x="12" y="28" font-weight="bold">{escape(title)}</text>\n{rows}\n{ends}\n</svg>\n'
    )


def _row(number: int, name: str, days: Sequence[date], counts: Sequence[int]) -> str:
    bottom = TOP + ROW * number + HIGH
    largest, whole = max([1, *counts]), max(1, (days[-1] - days[0]).days)
    points = [
        (
            round(LABELS + CURVES * (day - days[0]).days / whole, 1),
            round(bottom - HIGH * count / largest, 1),
        )
        for day, count in zip(days, counts, strict=True)
    ]
    x, y = points[-1]
    return (
        f'<text x="{LABELS - 10}" y="{bottom - 12}" text-anchor="end">{escape(name)}</text>'
        f'<line x1="{LABELS}" y1="{bottom}" x2="{LABELS + CURVES}" y2="{bottom}"/>'
        f'<polyline points="{" ".join(f"{left},{top}" for left, top in points)}"/>'
        f'<circle cx="{x}" cy="{y}" r="3"/>'
        f'<text x="{LABELS + CURVES + 12}" y="{bottom - 12}">{counts[-1]:,}'
        f" (at most {max(counts):,})</text>"
    )
