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
    limited = pl.DataFrame(
        [
            (name, rule.limit, rule.completes_scope)
            for name, rule in rules.namespaces.items()
            if rule.limit is not None
        ],
        schema={"namespace": nodes.schema["namespace"], "limit": pl.Int64, "may_lack": pl.Boolean},
        orient="row",
    )
    unscoped = pl.col("may_lack") & (pl.col("scope") == "")
    kinds = nodes.select("namespace", "scope").unique().sort("namespace", "scope")
    return (
        nodes.filter(pl.col("blocked_reason").is_null())
        .join(limited, on="namespace")
        .join(kinds.with_row_index("kind"), on=["namespace", "scope"])
        .select(
            vertex=pl.col("node").cast(pl.Int64),
            kind=pl.col("kind").cast(pl.Int64),
            limit="limit",
            reason=pl.lit("limit_") + pl.col("namespace").cast(pl.String),
            from_class=pl.when(unscoped).then(VERIFIED).otherwise(ACCOUNT).cast(pl.Int8),
        )
    )
