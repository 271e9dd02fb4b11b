"""What every run reports about identity, as rows of metric, key and value."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from siyu.identity.components import as_vertices
from siyu.identity.evidence import Frame
from siyu.identity.keys import find_keys
from siyu.identity.ledger import customer_numbers

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
    conflicts = _conflicts(records, attributes)  # it holds the most, so it goes alone
    counts: list[Callable[[], pl.DataFrame]] = [
        lambda: _customers_by_size(nodes),
        lambda: _counted(links.filter(status="blocked"), "blocked_links", "blocked_reason"),
        lambda: _counted(links.filter(status="used"), "used_links", "strength"),
        lambda: _counted(nodes, "identifiers", "namespace"),
        lambda: _known_records(records),
        lambda: conflicts,
        lambda: _counted(shared, "shared_identifiers", "namespace"),
        lambda: _single("households", "all", households["household_id"].n_unique()),
        lambda: _counted(_last_day(log), "events", "event"),
        lambda: _strong_share(identifiers, records.height),
        lambda: _single("overrides", "contradicted", _contradicted(links)),
        lambda: _single("overrides", "unmatched", _unmatched(overrides, nodes)),
    ]
    with ThreadPoolExecutor(max_workers=2) as beside:
        counting = [beside.submit(count) for count in counts]
        return pl.concat([counted.result() for counted in counting])


def _last_day(log: pl.DataFrame) -> pl.DataFrame:
    return log.filter(pl.col("run_date") == pl.col("run_date").max())


def _single(metric: str, key: str, value: float) -> pl.DataFrame:
    return pl.DataFrame([(metric, key, float(value))], schema=METRICS_SCHEMA, orient="row")


def _counted(rows: pl.DataFrame, metric: str, by: str) -> pl.DataFrame:
    return (
        rows.group_by(key=pl.col(by).cast(pl.String))
        .agg(value=pl.len().cast(pl.Float64))
        .sort("value", "key", descending=[True, False])
        .select(pl.lit(metric).alias("metric"), "key", "value")
    )


def _customers_by_size(nodes: pl.DataFrame) -> pl.DataFrame:
    size, key = pl.col("size"), pl.lit(f">{SIZES[-1]}")
    for low, high in reversed(list(zip((0, *SIZES), SIZES, strict=False))):
        word = str(high) if high == low + 1 else f"{low + 1}-{high}"
        key = pl.when(size <= high).then(pl.lit(word)).otherwise(key)
    counts = np.bincount(as_vertices(_numbers(nodes).drop_nulls()))
    return (
        pl.DataFrame({"size": counts[counts > 0]})
        .group_by(key=key)
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
    # counted only: hashes in place of text, places in arrays in place of joins and groups
    stated = (
        attributes.lazy()
        .filter(pl.col("attribute").is_in(COMPARED) & pl.col("value").is_not_null())
        .select(pl.col("attribute").cast(pl.String), pl.col("record_id", "value").hash())
        .collect(engine="streaming")
    )
    place = find_keys(records["record_id"].hash(), stated["record_id"])
    customer = _numbers(records).gather(place).alias("customer")
    owned = stated.drop("record_id").with_columns(customer).drop_nulls("customer")
    shares = [
        _single("conflicts", str(attribute), _share_of_differing(rows))
        for (attribute,), rows in owned.partition_by("attribute", as_dict=True).items()
    ]
    return pl.concat([pl.DataFrame(schema=METRICS_SCHEMA), *shares]).sort("key")


def _share_of_differing(stated: pl.DataFrame) -> float:
    """Share of the customers of some rows whose values are not all the same."""
    customers, values = as_vertices(stated["customer"]), stated["value"].to_numpy()
    least = np.full(int(customers.max(initial=-1)) + 1, np.iinfo(np.uint64).max, dtype=np.uint64)
    most = np.zeros(len(least), dtype=np.uint64)
    np.minimum.at(least, customers, values)
    np.maximum.at(most, customers, values)
    return np.count_nonzero(least < most) / np.count_nonzero(least <= most)


def _numbers(owned: pl.DataFrame) -> pl.Series:
    """Customer number of each row, null where nobody is known."""
    return owned.select(customer_numbers(pl.col("customer_id"))).to_series()


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
