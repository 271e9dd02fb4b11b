"""Average linkage over scored pairs: a cluster holds together on the whole, not by one lucky pair.

Connected components of scored pairs chain strangers together; average linkage does not.
"""

import heapq
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import polars as pl

from siyu.identity.components import as_vertices, label_components
from siyu.identity.guards import APART_SCHEMA, KINDS_SCHEMA, Guards

PAIRS_SCHEMA = pl.Schema({"left": pl.Int64(), "right": pl.Int64(), "probability": pl.Float64()})
NO_GUARDS = Guards(pl.DataFrame(schema=KINDS_SCHEMA), pl.DataFrame(schema=APART_SCHEMA))


@dataclass
class Groups:
    """Groups of vertices, each named by its smallest one, and what none of them may hold.

    Attributes:
        members: Vertices of each group; a vertex that is not listed is alone.
        held: What each vertex or group holds, by kind.
        limits: Per kind how many a group may hold, and the reason a union is refused with.
        apart: Per vertex those it may not be with, and why.
    """

    members: dict[int, set[int]] = field(default_factory=dict)
    held: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    limits: dict[int, tuple[int, str]] = field(default_factory=dict)
    apart: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, guards: Guards) -> "Groups":
        """Groups of one vertex each."""
        groups = cls()
        kinds = guards.kinds.select("vertex", "kind", "limit", "reason")
        for vertex, kind, limit, reason in kinds.iter_rows():
            groups.held[vertex][kind] += 1
            groups.limits[kind] = (limit, reason)
        for one, other, reason in guards.apart.select("left", "right", "reason").iter_rows():
            groups.apart[one][other] = groups.apart[other][one] = reason
        return groups

    def forbidden(self, one: int, other: int) -> str | None:
        """Why two groups may not be one, if so; the smallest of all reasons."""
        held, more = self.held.get(one, Counter()), self.held.get(other, Counter())
        reasons = {
            self.limits[kind][1]
            for kind in held.keys() & more.keys()
            if held[kind] + more[kind] > self.limits[kind][0]
        }
        beside = self.members.get(other, {other})
        for vertex in self.members.get(one, {one}):
            parted = self.apart.get(vertex, {})
            reasons |= {parted[there] for there in parted.keys() & beside}
        return min(reasons, default=None)

    def unite(self, one: int, other: int) -> None:
        """Make two groups one, named as the first."""
        self.members[one] = self.members.get(one, {one}) | self.members.pop(other, {other})
        if other in self.held:
            self.held[one] += self.held.pop(other)


def cluster_by_average_linkage(
    pairs: pl.DataFrame, *, vertex_count: int, threshold: float, guards: Guards = NO_GUARDS
) -> tuple[pl.Series, Groups]:
    """Merge clusters while the mean probability between their members reaches a threshold.

    A pair that was never scored counts as probability 0.

    Args:
        pairs: Scored pairs, columns of ``PAIRS_SCHEMA``, each pair once.
        vertex_count: Number of vertices, named ``0 … vertex_count − 1``.
        threshold: Mean probability from which two clusters are one.
        guards: What no cluster may hold; a vertex may hold several of a kind.

    Returns:
        Per vertex the smallest vertex of its cluster, and the clusters.

    Source:
        Sokal & Michener 1958 (UPGMA), with limits and cannot-links.
    """
    labels = label_components(
        as_vertices(pairs["left"]), as_vertices(pairs["right"]), vertex_count=vertex_count
    )
    groups = Groups.of(guards)
    component = pl.Series("component", labels).gather(pairs["left"])
    ordered = pairs.with_columns(component).sort("component", "left", "right")
    for part in ordered.partition_by("component", maintain_order=True):
        for label in _agglomerate(part, threshold, groups):
            for vertex in groups.members.get(label, {label}):
                labels[vertex] = label
    return pl.Series("label", labels), groups


def _agglomerate(pairs: pl.DataFrame, threshold: float, groups: Groups) -> set[int]:
    """Cluster one component; returns the names of its clusters, their smallest vertices."""
    total: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, probability in pairs.select("left", "right", "probability").iter_rows():
        total[one][other] = total[other][one] = probability
    size = dict.fromkeys(total, 1)
    waiting = [
        (-probability, one, other)
        for one, beside in total.items()
        for other, probability in beside.items()
        if one < other
    ]
    heapq.heapify(waiting)
    while waiting:
        score, one, other = heapq.heappop(waiting)
        if -score < threshold:
            break
        # skipped when one of the two has grown, or gone into another, since
        is_old = one not in size or other not in size or _mean(total, size, one, other) != -score
        if is_old or groups.forbidden(one, other) is not None:
            continue
        groups.unite(one, other)
        size[one] += size.pop(other)
        for beside in _absorb(total, one, other):
            mean = _mean(total, size, one, beside)
            heapq.heappush(waiting, (-mean, min(one, beside), max(one, beside)))
    return set(size)


def _mean(total: dict[int, dict[int, float]], size: dict[int, int], one: int, other: int) -> float:
    return total[one].get(other, 0.0) / (size[one] * size[other])


def _absorb(total: dict[int, dict[int, float]], one: int, other: int) -> dict[int, float]:
    """Add the sums of one cluster to another's; returns the sums to every neighbour."""
    for beside, more in total.pop(other).items():
        del total[beside][other]
        if beside != one:
            joined = total[one].get(beside, 0.0) + more
            total[one][beside] = total[beside][one] = joined
    return total[one]
