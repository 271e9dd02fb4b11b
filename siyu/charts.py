"""Pictures for people: SVG that needs no script and no outside address.

Altair is imported where it is drawn: loading the definitions should not wait for it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import altair

WIDTH, ROW, CURVE = 360, 22, 48  # pixels of a plot, of a bar and of a curve
COLOUR = "#2f6f4f"


def draw_bars(title: str, counts: Mapping[str, float]) -> str:
    """Draw one bar for each name, in the order given, its size beside it.

    Args:
        title: Heading of the picture.
        counts: Name → size, not negative.

    Returns:
        An SVG document.
    """
    import altair as alt

    rows = pl.DataFrame({"name": list(counts), "size": [float(size) for size in counts.values()]})
    bars = (
        alt.Chart(rows, title=title, width=WIDTH, height=alt.Step(ROW))
        .encode(
            x=alt.X("size:Q", title=None, axis=None),
            y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=300)),
        )
        .mark_bar(color=COLOUR)
    )
    sizes = bars.mark_text(align="left", dx=6).encode(text=alt.Text("size:Q", format=","))
    return _as_svg(bars + sizes)


def draw_curves(title: str, days: Sequence[date], sizes: Mapping[str, Sequence[int]]) -> str:
    """Draw how large each name was on each day; each curve has its own scale, from 0.

    Args:
        title: Heading of the picture.
        days: The days, oldest first; gaps between them are drawn as wide as they are.
        sizes: Name → size on each of the days.

    Returns:
        An SVG document.
    """
    import altair as alt

    rows = pl.DataFrame(
        [
            {"name": name, "day": day.isoformat(), "size": size}
            for name, of_days in sizes.items()
            for day, size in zip(days, of_days, strict=True)
        ],
        schema={"name": pl.String, "day": pl.String, "size": pl.Int64},
    )
    header = alt.Header(labelAngle=0, labelAlign="left", labelLimit=300, title=None)
    curves = (
        alt.Chart(rows, width=WIDTH, height=CURVE)
        .mark_line(color=COLOUR, point=alt.OverlayMarkDef(color=COLOUR))
        .encode(
            x=alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m-%d", labelOverlap=True)),
            y=alt.Y("size:Q", title=None, axis=alt.Axis(tickCount=2)),
            row=alt.Row("name:N", sort=None, header=header),
        )
        .properties(title=title)
        .resolve_scale(y="independent")
    )
    return _as_svg(curves)


def _as_svg(chart: "altair.TopLevelMixin") -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_json()))
