"""What no cluster may hold: more of one kind than its limit, or two that were parted."""

from dataclasses import dataclass

import polars as pl

from siyu.identity.rules import IdentityRules

# classes of links, strongest first
ORDERED, ACCOUNT, VERIFIED, AGREED, ALONE = range(5)

KINDS_SCHEMA = pl.Schema(
    {
        "vertex": pl.Int64(),
        "kind": pl.Int64(),
        "limit": pl.Int64(),
        "reason": pl.String(),
        "from_class": pl.Int8(),
    }
)
APART_SCHEMA = pl.Schema(
    {"left": pl.Int64(), "right": pl.Int64(), "reason": pl.String(), "from_class": pl.Int8()}
)


@dataclass(frozen=True)
class Guards:
    """What no cluster may hold.

    Attributes:
        kinds: One row per limited vertex, columns of ``KINDS_SCHEMA``; links of classes
            stronger than ``from_class`` are not limited.
        apart: Pairs that may not be in one cluster, columns of ``APART_SCHEMA``.
    """

    kinds: pl.DataFrame
    apart: pl.DataFrame


def limits_of_nodes(nodes: pl.DataFrame, rules: IdentityRules) -> pl.DataFrame:
    """The limit each node counts against.

    Two accounts whose scope is not known may stand in two apps: a platform's own link between
    them holds, a shared phone does not make them one.

    Args:
        nodes: ``node``, ``namespace``, ``scope``, ``blocked_reason``.
        rules: Settings of identity resolution.

    Returns:
        Columns of ``KINDS_SCHEMA``, one row per node with a limit.
    """
    listed = [
        (rule.limit, f"limit_{name}", rule.completes_scope)
        for name, rule in rules.namespaces.items()
    ]
    schema = {"limit": pl.Int64, "reason": pl.String, "may_lack": pl.Boolean}
    limits = pl.DataFrame(listed, schema=schema, orient="row")
    # namespaces are numbered as the rules list them
    told = nodes.select("node", "scope", "blocked_reason", kind=kinds_of(nodes)).with_columns(
        column.gather(nodes["namespace"].to_physical()) for column in limits
    )
    unscoped = pl.col("may_lack") & (pl.col("scope") == "")
    return (
        told.filter(pl.col("blocked_reason").is_null() & pl.col("limit").is_not_null())
        .select(
            "kind",
            "limit",
            "reason",
            vertex=pl.col("node").cast(pl.Int64),
            from_class=pl.when(unscoped).then(VERIFIED).otherwise(ACCOUNT).cast(pl.Int8),
        )
        .select(KINDS_SCHEMA.names())
    )


def kinds_of(nodes: pl.DataFrame) -> pl.Series:
    """Number the pairs of namespace and scope, in their order.

    Args:
        nodes: ``namespace`` and ``scope`` (Enum).

    Returns:
        One number per node, Int64; there are fewer than nodes.
    """
    pairs = nodes.select(
        pl.col("namespace").to_physical().cast(pl.Int64) * 2**31 + pl.col("scope").to_physical()
    ).to_series()
    # nodes lie in order of both: a pair begins where it differs from the one before
    return (pairs != pairs.shift(1)).fill_null(False).cast(pl.Int64).cum_sum().alias("kind")
