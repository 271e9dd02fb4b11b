"""What every run reports about identity, as rows of metric, key and value."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from siyu.identity.changes import Input
from siyu.identity.components import as_vertices
from siyu.identity.evidence import NODE, Frame, strength_of
from siyu.identity.ledger import customer_numbers
from siyu.identity.rules import IdentityRules

METRICS_SCHEMA = pl.Schema({"metric": pl.String(), "key": pl.String(), "value": pl.Float64()})
SIZES = (1, 2, 5, 10, 50)  # upper ends of the classes of identifiers per customer
BAR = 30  # characters of the longest bar
COMPARED = ("name", "gender", "birth_date")


def measure_tables(
    tables: Mapping[str, pl.LazyFrame], log: pl.DataFrame, observed: Input, *, rules: IdentityRules
) -> pl.DataFrame:
    """Count what a run found.

    Args:
        tables: `siyu.identity.packing.TABLES`; best lazy frames of their files, of which a few
            columns are read.
        log: The whole ``identity_log``.
        observed: What they were made from.
        rules: Settings they were made by.

    Returns:
        Columns of ``METRICS_SCHEMA``: ``customers`` by number of identifiers, ``blocked_links``
        by reason, ``used_links`` by strength, ``records`` with a customer and without,
        ``strong_identifier`` (share of records), ``conflicts`` per attribute (share of the
        customers with it who have two different values), ``shared_identifiers``,
        ``households``, ``events`` of the last day that had any, ``overrides`` that match nothing
        or contradict others; none when nobody was seen. The same state gives the same figures,
        whatever run counts them.
    """
    nodes, records = tables["nodes"], tables["records"]
    counts = [
        _counted(nodes, "namespace"),
        nodes.select(_number()),
        _counted(tables["links"], "status", "rule", "strength", "blocked_reason"),
        records.select(all=pl.len(), unknown=pl.col("customer_id").null_count()),
        _differing(records, observed.attributes),
        _identified(observed.identifiers, rules),
    ]
    named, holders, judged, known, differing, strong = pl.collect_all(counts, engine="streaming")
    if named.is_empty():
        return pl.DataFrame(schema=METRICS_SCHEMA)
    height, unknown = known.row(0)
    events = _counted(log.lazy().filter(pl.col("run_date") == pl.col("run_date").max()), "event")
    households = tables["households"].select("household_id").unique()
    strangers = _single("overrides", "unmatched", _unmatched(observed.overrides, nodes))
    return pl.concat(
        [
            _customers_by_size(holders["number"]),
            _listed(judged.filter(status="blocked"), "blocked_links", "blocked_reason"),
            _listed(judged.filter(status="used"), "used_links", "strength"),
            _listed(named, "identifiers", "namespace"),
            _single("records", "with_customer", height - unknown),
            _single("records", "unidentified", unknown),
            differing.select(pl.lit("conflicts").alias("metric"), "key", "value").sort("key"),
            _listed(
                _counted(tables["shared"], "namespace").collect(), "shared_identifiers", "namespace"
            ),
            _single("households", "all", _height(households)),
            _listed(events.collect(), "events", "event"),
            _single("strong_identifier", "share", strong.item() / max(height, 1)),
            _single("overrides", "contradicted", _contradicted(judged)),
            strangers,
        ]
    )


def _counted(rows: pl.LazyFrame, *by: str) -> pl.LazyFrame:
    return rows.group_by(by).agg(value=pl.len().cast(pl.Float64))


def _height(rows: pl.LazyFrame) -> int:
    return int(rows.select(pl.len()).collect().item())


def _number() -> pl.Expr:
    """Number of a row's customer, null where nobody is known."""
    return customer_numbers(pl.col("customer_id")).alias("number")


def _single(metric: str, key: str, value: float) -> pl.DataFrame:
    return pl.DataFrame([(metric, key, float(value))], schema=METRICS_SCHEMA, orient="row")


def _listed(counted: pl.DataFrame, metric: str, by: str) -> pl.DataFrame:
    return (
        counted.group_by(key=by)
        .agg(pl.col("value").sum())
        .sort("value", "key", descending=[True, False])
        .select(pl.lit(metric).alias("metric"), "key", "value")
    )


def _customers_by_size(holders: pl.Series) -> pl.DataFrame:
    size, key = pl.col("size"), pl.lit(f">{SIZES[-1]}")
    for low, high in reversed(list(zip((0, *SIZES), SIZES, strict=False))):
        word = str(high) if high == low + 1 else f"{low + 1}-{high}"
        key = pl.when(size <= high).then(pl.lit(word)).otherwise(key)
    counts = np.bincount(as_vertices(holders.drop_nulls()))
    return (
        pl.DataFrame({"size": counts[counts > 0]})
        .group_by(key=key)
        .agg(value=pl.len().cast(pl.Float64), smallest=pl.col("size").min())
        .sort("smallest")
        .select(pl.lit("customers").alias("metric"), "key", "value")
    )


def _identified(identifiers: Frame, rules: IdentityRules) -> pl.LazyFrame:
    """How many records have an identifier that counts as strong."""
    strong = identifiers.lazy().filter(strength_of(rules) == "strong")
    return strong.select(pl.col("record_id").hash().n_unique())


def _contradicted(judged: pl.DataFrame) -> float:
    return float(judged.filter(rule="always_link", status="blocked")["value"].sum())


def _unmatched(overrides: pl.DataFrame, nodes: pl.LazyFrame) -> int:
    """Overrides that name an identifier nobody has seen."""
    if overrides.is_empty():
        return 0
    known = nodes.select(NODE)
    matched = overrides.lazy().with_columns(pl.col("left_scope", "right_scope").fill_null(""))
    for end in ("left", "right"):
        keys = [f"{end}_{field}" for field in NODE]
        matched = matched.join(known, left_on=keys, right_on=NODE, how="semi")
    return overrides.height - _height(matched)


def _differing(records: pl.LazyFrame, attributes: Frame) -> pl.LazyFrame:
    """Per attribute the share of the customers with it who have two different values."""
    # as hashes: it is counted only
    stated = (
        attributes.lazy()
        .filter(pl.col("attribute").is_in(COMPARED) & pl.col("value").is_not_null())
        .select(key=pl.col("attribute").cast(pl.String), **_hashes("record_id", "value"))
    )
    return (
        records.select(number=_number(), **_hashes("record_id"))
        .drop_nulls("number")
        .join(stated, on="record_id")
        .group_by("key", "number")
        .agg(differs=pl.col("value").min() < pl.col("value").max())
        .group_by("key")
        .agg(value=pl.col("differs").mean())
    )


def _hashes(*columns: str) -> dict[str, pl.Expr]:
    return {column: pl.col(column).hash() for column in columns}


def list_metrics(metrics: pl.DataFrame) -> dict[str, float]:
    """Every figure by one name, as a run page shows it.

    Args:
        metrics: Columns of ``METRICS_SCHEMA``.

    Examples:
        >>> list_metrics(pl.DataFrame([("customers", "2-5", 7.0)], METRICS_SCHEMA, orient="row"))
        {'customers_2-5': 7.0}
    """
    return {f"{metric}_{key}": value for metric, key, value in metrics.iter_rows()}


def describe_metrics(metrics: pl.DataFrame) -> str:
    """The figures as Markdown: a plot of customers by number of identifiers, then a table each.

    Args:
        metrics: Columns of ``METRICS_SCHEMA``.
    """
    parts = []
    for (metric,), rows in metrics.group_by("metric", maintain_order=True):
        words = str(metric).replace("_", " ")
        heading = f"### {words[0].upper()}{words[1:]}"
        lines = [_line(key, value, rows["value"].max()) for _, key, value in rows.iter_rows()]
        parts.append("\n".join([heading, "", "| | | |", "|:--|--:|:--|", *lines]))
    return "\n\n".join(parts)


def _line(key: str, value: float, greatest: object) -> str:
    shown = f"{value:,.0f}" if value == int(value) else f"{value:.3f}"
    longest = greatest if isinstance(greatest, float) and greatest > 1 else 1.0
    return f"| {key} | {shown} | {'█' * round(BAR * value / longest)} |"
