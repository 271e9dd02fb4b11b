"""Peers that only label connected components, for `bench/identity.py`."""

from collections.abc import Callable

import duckdb
import networkx as nx
import numpy as np
import polars as pl
from splink import DuckDBAPI
from splink.clustering import cluster_pairwise_predictions_at_threshold

from siyu.identity.components import label_components


def label_records(identifiers: pl.DataFrame) -> pl.DataFrame:
    """Records with the component all their identifiers put them in, no guard."""
    numbered = identifiers.select(
        "record_id",
        record=pl.col("record_id").rank("dense").cast(pl.Int64) - 1,
        node=pl.struct("namespace", "scope", "identifier").rank("dense").cast(pl.Int64) - 1,
    )
    first_node = numbered["record"].n_unique()
    labels = label_components(
        numbered["record"].to_numpy(),
        numbered["node"].to_numpy() + first_node,
        vertex_count=first_node + numbered["node"].n_unique(),
    )
    return numbered.select(
        "record_id", customer_id=pl.Series(labels).gather(numbered["record"]).cast(pl.String)
    ).unique("record_id")


def plain_links(identifiers: pl.DataFrame) -> pl.DataFrame:
    """Every record tied to each of its identifiers, numbered: ``left``, ``right``."""
    node = pl.concat_str("namespace", "scope", "identifier", separator="\x1f")
    records = identifiers["record_id"].unique().to_frame().with_row_index("left")
    nodes = identifiers.select(node=node.unique()).with_row_index("right", offset=records.height)
    return (
        identifiers.select("record_id", node=node)
        .join(records, on="record_id")
        .join(nodes, on="node")
        .select(pl.col("left", "right").cast(pl.Int64))
        .unique()
    )


def peer_scipy(links: pl.DataFrame) -> int:
    left, right = links["left"].to_numpy(), links["right"].to_numpy()
    labels = label_components(left, right, vertex_count=int(right.max()) + 1)
    return len(np.unique(labels))


def peer_networkx(links: pl.DataFrame) -> int:
    graph = nx.Graph()
    graph.add_edges_from(links.iter_rows())
    return nx.number_connected_components(graph)


def peer_duckdb(links: pl.DataFrame) -> int:
    """Smallest label in reach, by a recursive query; long chains are its weakness."""
    with duckdb.connect() as connection:
        connection.register("links", links.to_arrow())
        connection.sql(
            'create table edges as select * from links union select "right", "left" from links'
        )
        query = """
            with recursive labels(vertex, label) using key (vertex) as (
                select distinct "left", "left" from edges
                union
                select edges."right", min(labels.label)
                from labels
                inner join edges on labels.vertex = edges."left"
                left join recurring.labels as known on known.vertex = edges."right"
                where labels.label < known.label
                group by edges."right"
            )
            select count(distinct label) from labels
        """
        return int(connection.sql(query).fetchone()[0])


def peer_splink(links: pl.DataFrame) -> int:
    """Splink's own clustering over the same links, each taken as certain."""
    with duckdb.connect() as connection:
        nodes = pl.concat([links["left"], links["right"]]).unique()
        connection.register("node_rows", pl.DataFrame({"unique_id": nodes}).to_arrow())
        connection.register(
            "edge_rows",
            links.select(unique_id_l="left", unique_id_r="right", match_probability=1.0).to_arrow(),
        )
        connection.sql("create table nodes as from node_rows")
        connection.sql("create table edges as from edge_rows")
        clusters = cluster_pairwise_predictions_at_threshold(
            "nodes",
            "edges",
            DuckDBAPI(connection=connection),
            node_id_column_name="unique_id",
            threshold_match_probability=0.5,
        )
        return int(
            connection.sql(
                f"select count(distinct cluster_id) from {clusters.physical_name}"
            ).fetchone()[0]
        )


# each peer and the number of links beyond which it takes too long, or too much memory, to wait for
PEERS: dict[str, tuple[Callable[[pl.DataFrame], int], int]] = {
    "scipy": (peer_scipy, 1_000_000_000),
    "networkx": (peer_networkx, 3_000_000),
    "duckdb": (peer_duckdb, 3_000_000),
    "splink": (peer_splink, 3_000_000),
}
