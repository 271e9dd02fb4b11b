"""The probabilistic option: scores between finished clusters that have no strong identifier.

Needs the extra ``siyu[probabilistic]`` (Splink 5). It never reaches into a cluster, and limits
and parted pairs hold as everywhere.
"""

import polars as pl

from siyu.errors import SiyuError
from siyu.identity.linkage import PAIRS_SCHEMA, cluster_by_average_linkage
from siyu.identity.model import ComparisonRule, ProbabilisticModel, comparison_levels

RULE = "probabilistic"
MOST_RANDOM_PAIRS = 1_000_000  # for the frequencies of chance agreement


class ProbabilisticExtraMissingError(SiyuError):
    """The optional package is not installed."""


def score_pairs(profiles: pl.DataFrame, model: ProbabilisticModel) -> pl.DataFrame:
    """Score pairs of clusters by what is known about them.

    Args:
        profiles: One row per cluster: ``vertex`` (0, 1, …) and the compared columns, String.
        model: Settings of the model.

    Returns:
        Columns of ``PAIRS_SCHEMA``, pairs from ``thresholds.review`` on.

    Raises:
        ProbabilisticExtraMissingError: Splink is not installed.
    """
    try:
        from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    except ImportError as missing:
        raise ProbabilisticExtraMissingError(
            "The probabilistic option needs Splink; install siyu[probabilistic]."
        ) from missing
    blocking = [block_on(*columns) for columns in model.blocking]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="vertex",
        comparisons=[_comparison(rule) for rule in model.comparisons],
        blocking_rules_to_generate_predictions=[*blocking],
    )
    database = DuckDBAPI()
    linker = Linker(database.register(profiles.to_arrow()), settings, log_level=None)
    linker.training.estimate_u_using_random_sampling(MOST_RANDOM_PAIRS, seed=model.seed)
    for rule in blocking:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_probability=model.thresholds.review)
    table = scored.as_pyarrow_table()  # type: ignore[no-untyped-call]
    found = pl.DataFrame(pl.from_arrow(table))
    return (
        found.select(
            left=pl.min_horizontal("vertex_l", "vertex_r"),
            right=pl.max_horizontal("vertex_l", "vertex_r"),
            probability="match_probability",
        )
        .cast(PAIRS_SCHEMA)
        .sort("left", "right")
    )


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
    apart: pl.DataFrame,
    use: str,
) -> pl.DataFrame:
    """Decide which clusters are one for a use, and which pairs people should look at.

    Args:
        pairs: Scored pairs, columns of ``PAIRS_SCHEMA``.
        model: Settings of the model.
        vertex_count: Number of clusters.
        apart: Clusters that may never be one, ``left`` and ``right``.
        use: ``messages`` or ``analysis``.

    Returns:
        The pairs with ``rule``, ``status`` (``used``, ``review`` or ``blocked``) and ``label``
        (smallest cluster of the left one's group).
    """
    threshold = float(getattr(model.thresholds, use))
    labels = cluster_by_average_linkage(
        pairs, vertex_count=vertex_count, threshold=threshold, apart=apart
    )
    left, right = labels.gather(pairs["left"]), labels.gather(pairs["right"])
    status = (
        pl.when(left == right)
        .then(pl.lit("used"))
        .when(pl.col("probability") >= model.thresholds.review)
        .then(pl.lit("review"))
        .otherwise(pl.lit("blocked"))
    )
    return pairs.with_columns(rule=pl.lit(RULE), status=status, label=left)
