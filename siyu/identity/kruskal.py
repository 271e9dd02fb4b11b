"""Guarded Kruskal: links are used strongest first, and one that would break a guard is refused.

Only components that break a guard are walked link by link; all others are plain components.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from siyu.identity.components import Vertices, as_vertices, label_components
from siyu.identity.guards import ORDERED, Guards

KINDS = 100_000  # more than namespaces and scopes together
EDGE_SCHEMA = pl.Schema(
    {
        "left": pl.Int64(),
        "right": pl.Int64(),
        "edge_class": pl.Int8(),
        "support": pl.Int64(),
        "first_at": pl.Datetime("us"),
    }
)


def unite_within_guards(
    edges: pl.DataFrame, guards: Guards, plain: Vertices
) -> tuple[Vertices, pl.Series]:
    """Unite vertices along links, strongest first, as far as the guards allow.

    Args:
        edges: One row per link, columns of ``EDGE_SCHEMA``. Order and direction do not matter.
        guards: What no cluster may hold.
        plain: Per vertex its component over all links (`siyu.identity.components`).

    Returns:
        The smallest vertex of each vertex's cluster, and per link (in the order given) why it
        was refused, null when used.

    Source:
        Kruskal 1956, with a veto per union.
    """
    is_broken = np.zeros(len(plain), dtype=np.bool_)
    is_broken[_broken_components(plain, guards)] = True
    inside = np.flatnonzero(is_broken[plain[as_vertices(edges["left"])]])
    if not len(inside):
        nothing = pl.repeat(None, edges.height, dtype=pl.String, eager=True)
        return plain, nothing.alias("blocked_reason")
    vertices = np.flatnonzero(is_broken[plain])
    walked = edges.with_row_index("edge")[inside].sort(
        "edge_class",
        pl.col("support").neg(),
        "first_at",
        pl.min_horizontal("left", "right"),
        pl.max_horizontal("left", "right"),
        nulls_last=True,
    )
    left, right = (np.searchsorted(vertices, as_vertices(walked[end])) for end in ("left", "right"))
    forest = _Forest.of(guards, vertices)
    refused = forest.walk(left.tolist(), right.tolist(), walked["edge_class"].to_list())
    blocked = pl.Series("blocked_reason", refused, dtype=pl.String)
    used = blocked.is_null().to_numpy()
    labels = plain.copy()
    labels[vertices] = vertices[
        label_components(left[used], right[used], vertex_count=len(vertices))
    ]
    places = np.full(edges.height, len(refused))
    places[walked["edge"].to_numpy()] = np.arange(len(refused))
    return labels, blocked.extend_constant(None, 1).gather(places)


def _broken_components(plain: Vertices, guards: Guards) -> Vertices:
    held = guards.kinds.select(
        "kind", "limit", component=pl.Series(plain[as_vertices(guards.kinds["vertex"])])
    )
    # alone of its kind breaks no limit, and most are
    twice = (pl.col("component") * KINDS + pl.col("kind")).is_duplicated()
    crowded = (
        held.filter(twice)
        .group_by("component", "kind")
        .agg(pl.len(), pl.col("limit").first())
        .filter(pl.col("len") > pl.col("limit"))
    )
    left = plain[as_vertices(guards.apart["left"])]
    met = left[left == plain[as_vertices(guards.apart["right"])]]
    return np.unique(np.concatenate([as_vertices(crowded["component"]), met]))


@dataclass(frozen=True)
class _Forest:
    """Union-find over the vertices of broken components, with what each cluster holds.

    Attributes:
        limits: Per kind its limit, the reason it gives and the class of links it begins with.
        held: Per root, how many of each kind its cluster holds.
        apart: Per root, from whom its vertices are parted, the reason and the class likewise.
    """

    limits: dict[int, tuple[int, str, int]]
    held: list[dict[int, int]]
    apart: dict[int, list[tuple[int, str, int]]]

    @classmethod
    def of(cls, guards: Guards, vertices: Vertices) -> "_Forest":
        """Each vertex alone, named by its place among them."""
        limits = {
            kind: (limit, reason, from_class)
            for kind, limit, reason, from_class in guards.kinds.select(
                "kind", "limit", "reason", "from_class"
            )
            .unique()
            .iter_rows()
        }
        held: list[dict[int, int]] = [{} for _ in range(len(vertices))]
        limited = guards.kinds.select("kind", place=_places(guards.kinds["vertex"], vertices))
        for kind, place in limited.drop_nulls("place").iter_rows():
            held[place][kind] = held[place].get(kind, 0) + 1
        apart: dict[int, list[tuple[int, str, int]]] = {}
        ends = {end: _places(guards.apart[end], vertices) for end in ("left", "right")}
        parted = guards.apart.with_columns(**ends).drop_nulls(["left", "right"])
        for left, right, reason, from_class in parted.iter_rows():
            apart.setdefault(left, []).append((right, reason, from_class))
            apart.setdefault(right, []).append((left, reason, from_class))
        return cls(limits, held, apart)

    def walk(self, left: list[int], right: list[int], classes: list[int]) -> list[str | None]:
        """Unite what links join, one after the other; per link why it was refused, if it was."""
        parent, held, apart = list(range(len(self.held))), self.held, self.apart
        refused: list[str | None] = []
        for end, other_end, edge_class in zip(left, right, classes, strict=True):
            one, other = _root(parent, end), _root(parent, other_end)
            reason = None
            if one != other:
                if len(held[one]) < len(held[other]):
                    one, other = other, one
                if other in apart or not held[one].keys().isdisjoint(held[other]):
                    reason = self._forbidden(parent, one, other, edge_class)
                if reason is None:
                    parent[other] = one
                    self._take_over(one, other)
            refused.append(reason)
        return refused

    def _take_over(self, one: int, other: int) -> None:
        mine = self.held[one]
        for kind, count in self.held[other].items():
            mine[kind] = mine.get(kind, 0) + count
        if other in self.apart:
            self.apart[one] = self.apart.get(one, []) + self.apart.pop(other)

    def _forbidden(self, parent: list[int], one: int, other: int, edge_class: int) -> str | None:
        # the smallest of all reasons, so that direction and order of links do not show
        reasons = [
            reason
            for partner, reason, from_class in self.apart.get(other, ())
            if edge_class >= from_class and _root(parent, partner) == one
        ]
        if edge_class != ORDERED:
            mine = self.held[one]
            for kind, count in self.held[other].items():
                if kind in mine:
                    limit, reason, from_class = self.limits[kind]
                    if edge_class >= from_class and mine[kind] + count > limit:
                        reasons.append(reason)
        return min(reasons, default=None)


def _places(some: pl.Series, vertices: Vertices) -> pl.Series:
    """The place of each vertex among some, in order; null where it is none of them."""
    asked = as_vertices(some)
    places = np.searchsorted(vertices, asked)
    is_one = vertices[np.minimum(places, len(vertices) - 1)] == asked
    return pl.select(
        place=pl.when(pl.lit(pl.Series(is_one))).then(pl.lit(pl.Series(places)))
    ).to_series()


def _root(parent: list[int], vertex: int) -> int:
    while (above := parent[vertex]) != vertex:
        parent[vertex] = parent[above]
        vertex = above
    return vertex
