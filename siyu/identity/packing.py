"""The tables of identity as they are held while a run works on them, and as they are written.

Held in a third of the room: hashes are bytes and, in links, the words of which there are few are
numbers. Only what needs it is packed; the other tables are held as they are written.
"""

import polars as pl

TABLES = ("nodes", "records", "links", "shared", "households")
HASHES = {
    "nodes": ["identifier_hash"],
    "links": ["left_identifier_hash", "right_identifier_hash"],
    "shared": ["identifier_hash"],
}
WORD = pl.Categorical()
LINKS_SCHEMA = pl.Schema(
    {
        "left_namespace": pl.String(),
        "left_scope": pl.String(),
        "left_identifier_hash": pl.String(),
        "right_namespace": pl.String(),
        "right_scope": pl.String(),
        "right_identifier_hash": pl.String(),
        "rule": pl.String(),
        "strength": pl.String(),
        "source": pl.String(),
        "file": pl.String(),
        "line": pl.Int64(),
        "seen_at": pl.Datetime("us"),
        "status": pl.String(),
        "blocked_reason": pl.String(),
    }
)
PACKED_LINKS = pl.Schema(
    {
        column: pl.Binary() if column in HASHES["links"] else WORD if kind == pl.String else kind
        for column, kind in LINKS_SCHEMA.items()
    }
)


def pack(table: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows as they are held.

    Args:
        table: One of ``TABLES``.
        rows: As they are written.
    """
    packed = rows.with_columns(pl.col(HASHES.get(table, [])).str.decode("hex"))
    return packed.cast(PACKED_LINKS) if table == "links" else packed


def unpack(table: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows as they are written.

    Args:
        table: One of ``TABLES``.
        rows: As they are held.
    """
    written = rows.with_columns(pl.col(HASHES.get(table, [])).bin.encode("hex"))
    return written.cast(LINKS_SCHEMA) if table == "links" else written
