"""Guarded Kruskal: links are used strongest first, and one that would break a guard is refused.

Only components that break a guard are walked link by link; all others are plain components.
"""

from collections import defaultdict
from dataclasses import dataclass, field

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
    left, right = as_vertices(edges["left"]), as_vertices(edges["right"])
    broken = _broken_components(plain, guards)
    words: list[str | None] = [None]
    codes = np.zeros(edges.height, dtype=np.int64)
    is_broken = np.zeros(len(plain) + 1, dtype=np.bool_)
    is_broken[broken] = True
    inside = np.flatnonzero(is_broken[plain[left]])
    vertices = np.flatnonzero(is_broken[plain])
    if len(inside):
        walked = edges.with_row_index("edge")[inside].sort(
            "edge_class",
            pl.col("support").neg(),
            "first_at",
            pl.min_horizontal("left", "right"),
            pl.max_horizontal("left", "right"),
            nulls_last=True,
        )
        forest = _Forest.of(guards, set(vertices.tolist()))
        for edge, one, other, edge_class in walked.select(
            "edge", "left", "right", "edge_class"
        ).iter_rows():
            reason = forest.unite(one, other, edge_class)
            if reason is not None:
                words.append(reason)
                codes[edge] = len(words) - 1
    blocked = pl.Series("blocked_reason", words, dtype=pl.String).gather(codes)
    if len(words) == 1:
        return plain, blocked
    used = inside[codes[inside] == 0]
    labels = plain.copy()
    labels[vertices] = _label_some(vertices, left[used], right[used])
    return labels, blocked


def _label_some(vertices: Vertices, left: Vertices, right: Vertices) -> Vertices:
    """Label some vertices, in their order, with the smallest of their component."""
    ends = (np.searchsorted(vertices, left), np.searchsorted(vertices, right))
    labels: Vertices = vertices[label_components(*ends, vertex_count=len(vertices))]
    return labels


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


@dataclass
class _Forest:
    """Union-find over the vertices of broken components, with what each cluster holds."""

    limits: dict[int, tuple[int, str, int]]
    parent: dict[int, int] = field(default_factory=dict)
    held: dict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    apart: dict[int, list[tuple[int, str, int]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, guards: Guards, vertices: set[int]) -> "_Forest":
        limits = {
            kind: (limit, reason, from_class)
            for kind, limit, reason, from_class in guards.kinds.select(
                "kind", "limit", "reason", "from_class"
            )
            .unique()
            .iter_rows()
        }
        forest = cls(limits)
        chosen = pl.col("vertex").is_in(pl.Series(sorted(vertices), dtype=pl.Int64).implode())
        for vertex, kind in guards.kinds.filter(chosen).select("vertex", "kind").iter_rows():
            forest.held[vertex][kind] = forest.held[vertex].get(kind, 0) + 1
        for left, right, reason, from_class in guards.apart.iter_rows():
            if left in vertices and right in vertices:
                forest.apart[left].append((right, reason, from_class))
                forest.apart[right].append((left, reason, from_class))
        return forest

    def unite(self, one: int, other: int, edge_class: int) -> str | None:
        """Unite two clusters, or say why not."""
        one, other = self._root(one), self._root(other)
        if one == other:
            return None
        if self._weight(one) < self._weight(other):
            one, other = other, one
        reason = self._forbidden(one, other, edge_class)
        if reason is not None:
            return reason
        self.parent[other] = one
        for kind, count in self.held.pop(other, {}).items():
            self.held[one][kind] = self.held[one].get(kind, 0) + count
        self.apart[one] += self.apart.pop(other, [])
        return None

    def _forbidden(self, one: int, other: int, edge_class: int) -> str | None:
        # the smallest of all reasons, so that direction and order of links do not show
        reasons = {
            reason
            for partner, reason, from_class in self.apart.get(other, ())
            if edge_class >= from_class and self._root(partner) == one
        }
        if edge_class != ORDERED:
            reasons |= self._exceeded(self.held.get(one, {}), self.held.get(other, {}), edge_class)
        return min(reasons, default=None)

    def _exceeded(self, one: dict[int, int], other: dict[int, int], edge_class: int) -> set[str]:
        reasons = set()
        for kind in one.keys() & other.keys():
            limit, reason, from_class = self.limits[kind]
            if edge_class >= from_class and one[kind] + other[kind] > limit:
                reasons.add(reason)
        return reasons

    def _weight(self, root: int) -> int:
        return len(self.held.get(root, ())) + len(self.apart.get(root, ()))

    def _root(self, vertex: int) -> int:
        parent = self.parent
        while (above := parent.get(vertex, vertex)) != vertex:
            parent[vertex] = parent.get(above, above)
            vertex = above
        return vertex
