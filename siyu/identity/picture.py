"""A picture of one customer's identifiers and links as plain SVG, no script, no outside address."""

import math
from html import escape

import polars as pl

RADIUS = 240  # of the ring, for up to 16 identifiers; more need a larger one
RADIUS_OF_EACH = 15
WIDER = 1.35  # names are wider than high
MARGIN_X, MARGIN_Y = 156, 80
LINE = 12  # height of one rule's name
_COLOURS = {"used": "#2f6f4f", "blocked": "#b3402a"}
_STYLE = (
    "text{font:13px sans-serif;fill:#222}.masked{fill:#666;font-size:11px}"
    ".rule{font-size:10px;fill:#555}text{paint-order:stroke;stroke:#fff;stroke-width:3px}"
)


def draw_neighbourhood(steps: pl.DataFrame, *, title: str) -> str:
    """Draw the links of one customer.

    Args:
        steps: What `siyu.identity.explain.explain_neighbourhood` returns.
        title: Heading of the picture, without personal data.

    Returns:
        An SVG document: identifiers on a ring, used links solid green, blocked ones dashed red
        with their reason.
    """
    names = _names(steps)
    radius = max(RADIUS, RADIUS_OF_EACH * len(names))
    width, height = round(2 * (WIDER * radius + MARGIN_X)), 2 * (radius + MARGIN_Y)
    places = {name: _place(number, len(names), radius) for number, name in enumerate(names)}
    parts = [_line(row, places) for row in _stacked(steps).iter_rows(named=True)]
    parts += [_circle(*name[1:], places[name]) for name in names]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n'
        f'<text x="24" y="32" font-weight="bold">{escape(title)}</text>\n{body}\n</svg>\n'
    )


Name = tuple[str, str, str]  # hash, namespace, masked identifier
_NAME = ("identifier_hash", "namespace", "masked")


def _names(steps: pl.DataFrame) -> list[Name]:
    ends = [
        steps.select(pl.col(f"{end}_{field}").alias(field) for field in _NAME)
        for end in ("from", "to")
    ]
    return pl.concat(ends).unique(maintain_order=True).rows() if steps.height else []


def _stacked(steps: pl.DataFrame) -> pl.DataFrame:
    """Links alike of the same two identifiers as one; different ones stand below each other."""
    ends = [pl.col(f"{end}_identifier_hash") for end in ("from", "to")]
    pair = [pl.min_horizontal(ends).alias("one"), pl.max_horizontal(ends).alias("other")]
    where = pl.format("{} {}:{}", "source", "file", "line")
    alike = steps.with_columns(*pair, where=where).group_by(
        "one", "other", "rule", "status", "blocked_reason", maintain_order=True
    )
    drawn = alike.agg(
        *(pl.col(f"{end}_{field}").first() for end in ("from", "to") for field in _NAME),
        pl.col("where").drop_nulls().str.join("\n"),
        times=pl.len(),
    )
    return drawn.with_columns(nth=pl.int_range(pl.len()).over("one", "other"))


def _place(number: int, count: int, radius: int) -> tuple[float, float]:
    angle = 2 * math.pi * number / max(count, 1) - math.pi / 2
    return (
        round(MARGIN_X + WIDER * radius * (1 + math.cos(angle)), 1),
        round(MARGIN_Y + 20 + radius * (1 + math.sin(angle)), 1),
    )


def _line(row: dict[str, object], places: dict[Name, tuple[float, float]]) -> str:
    (x1, y1), (x2, y2) = (
        places[
            (
                str(row[f"{end}_identifier_hash"]),
                str(row[f"{end}_namespace"]),
                str(row[f"{end}_masked"]),
            )
        ]
        for end in ("from", "to")
    )
    status = str(row["status"])
    dashes = "" if status == "used" else ' stroke-dasharray="6 4"'
    said = row["rule"] if status == "used" else f"{row['rule']}: {row['blocked_reason']}"
    times = "" if row["times"] == 1 else f" ×{row['times']}"
    below = LINE * int(str(row["nth"]))
    return (
        f"<g><title>{escape(str(row['where']))}</title>"
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" '
        f'stroke="{_COLOURS[status]}" stroke-width="2"{dashes}/>'
        f'<text class="rule" x="{(x1 + x2) / 2:.1f}" y="{(y1 + y2) / 2 + below:.1f}" '
        f'text-anchor="middle">{escape(f"{said}{times}")}</text></g>'
    )


def _circle(namespace: str, masked: str, place: tuple[float, float]) -> str:
    x, y = place
    return (
        f'<circle cx="{x}" cy="{y}" r="7" fill="#fff" stroke="#222" stroke-width="2"/>'
        f'<text x="{x}" y="{y - 14:.1f}" text-anchor="middle">{escape(namespace)}</text>'
        f'<text class="masked" x="{x}" y="{y + 24:.1f}" text-anchor="middle">'
        f"{escape(masked)}</text>"
    )
