"""Connected components of integer vertices; no guard is known here."""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Vertices = NDArray[np.int64]


def label_components(left: Vertices, right: Vertices, *, vertex_count: int) -> Vertices:
    """Label every vertex with the smallest vertex of its component.

    Args:
        left: One end per link.
        right: The other end.
        vertex_count: Number of vertices, named ``0 … vertex_count − 1``.

    Examples:
        >>> label_components(np.array([3, 1]), np.array([1, 0]), vertex_count=4).tolist()
        [0, 0, 2, 0]
    """
    if vertex_count == 0:
        return np.empty(0, dtype=np.int64)
    links = coo_array(  # type: ignore[no-untyped-call]
        (np.ones(len(left), dtype=np.int8), (left, right)), shape=(vertex_count, vertex_count)
    )
    count, component = connected_components(links, directed=False)
    smallest = np.empty(count, dtype=np.int64)
    # of several values for one place the last stays: walked backwards, the smallest vertex
    vertices = np.arange(vertex_count)
    smallest[component[::-1]] = vertices[::-1]
    labels: Vertices = smallest[component]
    return labels


def as_vertices(column: pl.Series) -> Vertices:
    """A column of vertex numbers as an array."""
    return column.cast(pl.Int64).to_numpy()
