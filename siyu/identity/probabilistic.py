"""The probabilistic option: scores between finished clusters that have no strong identifier.

Needs the extra ``siyu[probabilistic]`` (Splink 5). It never reaches into a cluster, and limits
and parted pairs hold as everywhere.
"""

from typing import Any

import polars as pl

from siyu.errors import SiyuError
from siyu.identity.guards import Guards
from siyu.identity.linkage import PAIRS_SCHEMA, cluster_by_average_linkage
from siyu.identity.model import (
    ComparisonRule,
    ProbabilisticModel,
    Use,
    comparison_levels,
    training_rules,
)

RULE = "probabilistic"
MOST_RANDOM_PAIRS = 1_000_000  # for the frequencies of chance agreement


class ProbabilisticExtraMissingError(SiyuError):
    """The optional package is not installed."""


def score_pairs(profiles: pl.DataFrame, model: ProbabilisticModel, database: Any) -> pl.DataFrame:
    """Score pairs of clusters by what is known about them.

    Args:
        profiles: One row per cluster: ``vertex`` (0, 1, …) and the compared columns, String.
        model: Settings of the model.
        database: Where Splink computes, one of its database APIs, used for nothing else.

    Returns:
        Columns of ``PAIRS_SCHEMA``, pairs from ``thresholds.review`` on.

    Raises:
        ProbabilisticExtraMissingError: Splink is not installed.
    """
    try:
        from splink import Linker, SettingsCreator, block_on
    except ImportError as missing:
        raise ProbabilisticExtraMissingError(
            "The probabilistic option needs Splink; install siyu[probabilistic]."
        ) from missing
    blocking = [block_on(block, *model.blocking[i]) for i, block in enumerate(_block_names(model))]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="vertex",
        comparisons=[_comparison(rule) for rule in model.comparisons],
        blocking_rules_to_generate_predictions=[*blocking],
        # as many pairs as half the rows: the usual order of duplicates, whatever the size
        probability_two_random_records_match=1 / max(profiles.height, 2),
    )
    rows = _with_blocks(profiles, model).to_arrow()
    linker = Linker(database.register(rows), settings, log_level=None)
    linker.training.estimate_u_using_random_sampling(MOST_RANDOM_PAIRS, seed=model.seed)
    for chosen in training_rules(model):
        linker.training.estimate_parameters_using_expectation_maximisation(blocking[chosen])
    scored = linker.inference.predict(threshold_match_probability=model.thresholds.review)
    table = scored.as_pyarrow_table()  # type: ignore[no-untyped-call]
    found = pl.DataFrame(pl.from_arrow(table))
    return (
        found.select(
            left=pl.min_horizontal("vertex_l", "vertex_r"),
            right=pl.max_horizontal("vertex_l", "vertex_r"),
            # a sum of floating numbers depends on who computes first
            probability=pl.col("match_probability").round(6),
        )
        .cast(PAIRS_SCHEMA)
        .sort("left", "right")
    )


def _block_names(model: ProbabilisticModel) -> list[str]:
    return [f"block_{number}" for number in range(len(model.blocking))]


def _with_blocks(profiles: pl.DataFrame, model: ProbabilisticModel) -> pl.DataFrame:
    """Add what each blocking rule compares, null where too many rows have it in common."""
    blocks = []
    for name, columns in zip(_block_names(model), model.blocking, strict=True):
        key = pl.concat_str(columns, separator="\x1f")
        blocks.append(pl.when(pl.len().over(key) <= model.largest_block).then(key).alias(name))
    return profiles.with_columns(blocks)


def _comparison(rule: ComparisonRule) -> dict[str, object]:
    return {
        "output_column_name": "_".join(rule.columns),
        "comparison_levels": comparison_levels(rule),
    }


def link_clusters(
    pairs: pl.DataFrame,
    model: ProbabilisticModel,
    *,
    vertex_count: int,
    guards: Guards,
    use: Use,
) -> tuple[pl.DataFrame, pl.Series]:
    """Decide which clusters are one for a use, and say why the other pairs are not.

    Args:
        pairs: Scored pairs, columns of ``PAIRS_SCHEMA``.
        model: Settings of the model.
        vertex_count: Number of clusters.
        guards: What no group of clusters may hold.
        use: What the groups are for.

    Returns:
        The pairs with ``status`` (``used`` or ``blocked``) and ``blocked_reason`` (``review``:
        likely, a person should look; or the guard that spoke); and per cluster the smallest
        cluster of its group.
    """
    threshold = float(getattr(model.thresholds, use))
    labels, groups = cluster_by_average_linkage(
        pairs, vertex_count=vertex_count, threshold=threshold, guards=guards
    )
    left, right = labels.gather(pairs["left"]), labels.gather(pairs["right"])
    reasons = [
        None if one == other else groups.forbidden(one, other) or "review"
        for one, other in zip(left, right, strict=True)
    ]
    judged = pairs.with_columns(
        status=pl.when(pl.lit(left == right)).then(pl.lit("used")).otherwise(pl.lit("blocked")),
        blocked_reason=pl.Series(reasons, dtype=pl.String),
    )
    return judged, labels
