"""What every run reports about identity, as rows of metric, key and value."""

import polars as pl

from siyu.identity.evidence import Frame

METRICS_SCHEMA = pl.Schema({"metric": pl.String(), "key": pl.String(), "value": pl.Float64()})
SIZES = (1, 2, 5, 10, 50)  # upper ends of the classes of identifiers per customer
BAR = 30  # characters of the longest bar
COMPARED = ("name", "gender", "birth_date")


def measure_resolution(
    *,
    nodes: pl.DataFrame,
    records: pl.DataFrame,
    links: pl.DataFrame,
    shared: pl.DataFrame,
    households: pl.DataFrame,
    log: pl.DataFrame,
    overrides: pl.DataFrame,
    identifiers: Frame,
    attributes: Frame,
) -> pl.DataFrame:
    """Count what a run found.

    Args:
        nodes: ``identity_nodes``.
        records: ``identity_records``.
        links: ``identity_links``.
        shared: ``identity_shared``.
        households: ``household_id``, ``customer_id``.
        log: The whole ``identity_log``.
        overrides: What people decided.
        identifiers: As ``int_identifiers_observed``.
        attributes: As ``int_attributes_observed``.

    Returns:
        Columns of ``METRICS_SCHEMA``: ``customers`` by number of identifiers, ``blocked_links``
        by reason, ``used_links`` by strength, ``records`` with a customer and without,
        ``strong_identifier`` (share of records), ``conflicts`` per attribute (share of the
        customers with it who have two different values), ``shared_identifiers``,
        ``households``, ``events`` of the last day that had any, ``overrides`` that match nothing
        or contradict others; none when nobody was seen. The same state gives the same figures,
        whatever run counts them.
    """
    if nodes.is_empty():
        return pl.DataFrame(schema=METRICS_SCHEMA)
    parts = [
        _customers_by_size(nodes),
        _counted(links.filter(status="blocked"), "blocked_links", "blocked_reason"),
        _counted(links.filter(status="used"), "used_links", "strength"),
        _counted(nodes, "identifiers", "namespace"),
        _known_records(records),
        _conflicts(records, attributes),
        _counted(shared, "shared_identifiers", "namespace"),
        _single("households", "all", households["household_id"].n_unique()),
        _counted(log.filter(pl.col("run_date") == pl.col("run_date").max()), "events", "event"),
        _strong_share(identifiers, records.height),
        _single("overrides", "contradicted", _contradicted(links)),
        _single("overrides", "unmatched", _unmatched(overrides, nodes)),
    ]
    return pl.concat(parts)


def _single(metric: str, key: str, value: float) -> pl.DataFrame:
    return pl.DataFrame([(metric, key, float(value))], schema=METRICS_SCHEMA, orient="row")


def _counted(rows: pl.DataFrame, metric: str, by: str) -> pl.DataFrame:
    return (
        rows.group_by(key=by)
        .agg(value=pl.len().cast(pl.Float64))
        .sort("value", "key", descending=[True, False])
        .select(pl.lit(metric).alias("metric"), "key", "value")
    )


def _customers_by_size(nodes: pl.DataFrame) -> pl.DataFrame:
    size, key = pl.col("size"), pl.lit(f">{SIZES[-1]}")
    for low, high in reversed(list(zip((0, *SIZES), SIZES, strict=False))):
        word = str(high) if high == low + 1 else f"{low + 1}-{high}"
        key = pl.when(size <= high).then(pl.lit(word)).otherwise(key)
    sizes = nodes.drop_nulls("customer_id").group_by("customer_id").agg(size=pl.len())
    return (
        sizes.group_by(key=key)
        .agg(value=pl.len().cast(pl.Float64), smallest=pl.col("size").min())
        .sort("smallest")
        .select(pl.lit("customers").alias("metric"), "key", "value")
    )


def _known_records(records: pl.DataFrame) -> pl.DataFrame:
    unknown = records["customer_id"].null_count()
    return pl.concat(
        [
            _single("records", "with_customer", records.height - unknown),
            _single("records", "unidentified", unknown),
        ]
    )


def _strong_share(identifiers: Frame, records: int) -> pl.DataFrame:
    strong = (
        identifiers.lazy()
        .filter(pl.col("strength") == "strong")
        .select(pl.col("record_id").hash().n_unique())
        .collect(engine="streaming")
        .item()
    )
    return _single("strong_identifier", "share", strong / max(records, 1))


def _contradicted(links: pl.DataFrame) -> int:
    return links.filter(rule="always_link", status="blocked").height


def _unmatched(overrides: pl.DataFrame, nodes: pl.DataFrame) -> int:
    """Overrides that name an identifier nobody has seen."""
    if overrides.is_empty():
        return 0
    known = nodes.select("namespace", "scope", "identifier")
    matched = overrides.with_columns(pl.col("left_scope", "right_scope").fill_null(""))
    for end in ("left", "right"):
        keys = [f"{end}_{field}" for field in known.columns]
        matched = matched.join(known, left_on=keys, right_on=known.columns, how="semi")
    return overrides.height - matched.height


def _conflicts(records: pl.DataFrame, attributes: Frame) -> pl.DataFrame:
    # counted only: numbers in place of text halve the cost
    known = records.drop_nulls("customer_id").select(pl.col("record_id", "customer_id").hash())
    stated = (
        attributes.lazy()
        .filter(pl.col("attribute").is_in(COMPARED) & pl.col("value").is_not_null())
        .select(pl.col("attribute"), pl.col("record_id", "value").hash())
        .join(known.lazy(), on="record_id")
        .group_by("attribute", "customer_id")
        .agg(differs=pl.col("value").min() != pl.col("value").max())
        .group_by(key="attribute")
        .agg(value=pl.col("differs").mean())
        .collect(engine="streaming")
    )
    return stated.sort("key").select(pl.lit("conflicts").alias("metric"), "key", "value")


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
