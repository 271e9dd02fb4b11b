"""Average linkage over scored pairs: a cluster holds together on the whole, not by one lucky pair.

Connected components of scored pairs chain strangers together; average linkage does not.
"""

import heapq
from collections import defaultdict

import polars as pl

from siyu.identity.components import as_vertices, label_components

PAIRS_SCHEMA = pl.Schema({"left": pl.Int64(), "right": pl.Int64(), "probability": pl.Float64()})


def cluster_by_average_linkage(
    pairs: pl.DataFrame, *, vertex_count: int, threshold: float, apart: pl.DataFrame
) -> pl.Series:
    """Merge clusters while the mean probability between their members reaches a threshold.

    A pair that was never scored counts as probability 0.

    Args:
        pairs: Scored pairs, columns of ``PAIRS_SCHEMA``, each pair once.
        vertex_count: Number of vertices, named ``0 … vertex_count − 1``.
        threshold: Mean probability from which two clusters are one.
        apart: Pairs that may never be together, ``left`` and ``right``.

    Returns:
        Per vertex the smallest vertex of its cluster.

    Source:
        Sokal & Michener 1958 (UPGMA), with cannot-links.
    """
    plain = label_components(
        as_vertices(pairs["left"]), as_vertices(pairs["right"]), vertex_count=vertex_count
    )
    labels = plain.copy()
    parted: dict[int, set[int]] = defaultdict(set)
    for one, other in apart.select("left", "right").iter_rows():
        parted[one].add(other)
        parted[other].add(one)
    component = pl.Series("component", plain).gather(pairs["left"])
    for part in pairs.with_columns(component).partition_by("component", maintain_order=True):
        for vertex, label in _agglomerate(part, threshold, parted).items():
            labels[vertex] = label
    return pl.Series("label", labels)


def _agglomerate(
    pairs: pl.DataFrame, threshold: float, parted: dict[int, set[int]]
) -> dict[int, int]:
    """Cluster one component; clusters are named by their smallest vertex."""
    total: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, probability in pairs.select("left", "right", "probability").iter_rows():
        total[one][other] = total[other][one] = probability
    members = {vertex: {vertex} for vertex in total}
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
        if one not in members or other not in members:
            continue
        size = len(members[one]) * len(members[other])
        if total[one].get(other, 0.0) / size != -score:
            continue  # one of the two has grown since
        if any(parted.get(vertex, set()) & members[other] for vertex in members[one]):
            continue
        members[one] |= members.pop(other)
        for beside, more in _absorb(total, one, other).items():
            mean = more / (len(members[one]) * len(members[beside]))
            heapq.heappush(waiting, (-mean, min(one, beside), max(one, beside)))
    return {vertex: label for label, inside in members.items() for vertex in inside}


def _absorb(total: dict[int, dict[int, float]], one: int, other: int) -> dict[int, float]:
    """Add the sums of one cluster to another's; returns the sums to every neighbour."""
    for beside, more in total.pop(other).items():
        del total[beside][other]
        if beside != one:
            joined = total[one].get(beside, 0.0) + more
            total[one][beside] = total[beside][one] = joined
    return total[one]
