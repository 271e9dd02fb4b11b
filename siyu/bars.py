"""A bar chart as plain SVG, no script, no outside address; drawing it costs no import."""

from collections.abc import Mapping
from html import escape

WIDTH, ROW, TOP = 640, 24, 48
LABELS, BARS = 220, 320  # columns of the picture, in pixels
_STYLE = "text{font:13px sans-serif;fill:#222}rect.bar{fill:#2f6f4f}"


def draw_bars(title: str, counts: Mapping[str, float]) -> str:
    """Draw one bar for each name, in the order given.

    Args:
        title: Heading of the picture.
        counts: Name → size, not negative.

    Returns:
        An SVG document.

    Examples:
        >>> draw_bars("Tiers", {"high": 2, "low": 1000}).count('class="bar"')
        2
    """
    largest = max([1.0, *map(float, counts.values())])
    rows = "\n".join(
        _row(number, name, count, largest) for number, (name, count) in enumerate(counts.items())
    )
    height = TOP + ROW * len(counts) + 8
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" role="img">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n'
        f'<text x="12" y="28" font-weight="bold">{escape(title)}</text>\n{rows}\n</svg>\n'
    )


def _row(number: int, name: str, count: float, largest: float) -> str:
    top = TOP + ROW * number
    width = round(BARS * float(count) / largest, 1)
    return (
        f'<text x="{LABELS - 8}" y="{top + 15}" text-anchor="end">{escape(name)}</text>'
        f'<rect class="bar" x="{LABELS}" y="{top + 2}" width="{width}" height="{ROW - 6}"/>'
        f'<text x="{LABELS + width + 6}" y="{top + 15}">{count:,}</text>'
    )
