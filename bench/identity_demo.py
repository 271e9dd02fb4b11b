"""The demo brand as observations with its truth, read from a home after a nightly run."""

from pathlib import Path

import polars as pl
from identity_brand import BrandSample


def read_demo(home: Path) -> BrandSample:
    """Observations of the pipeline and the demo's truth about them.

    A record is of the person whose account it names, else (orders) of the person the demo says
    bought it. An observation is own when the truth calls the identifier that person's own.
    """
    identifiers = pl.read_parquet(home / "exchange" / "int_*_identifiers.parquet")
    attributes = pl.read_parquet(home / "exchange" / "int_*_attributes.parquet")
    stated = pl.read_parquet(home / "truth" / "identifiers.parquet")
    records = pl.read_parquet(home / "truth" / "records.parquet")
    keys = ["namespace", "identifier"]
    accounts = stated.filter(~pl.col("namespace").is_in(["phone", "email", "anonymous_id"]))
    owners = accounts.select(*keys, person="person_id").unique(keys)
    by_account = (
        identifiers.join(owners, on=keys)
        .group_by("record_id")
        .agg(pl.col("person").min(), people=pl.col("person").n_unique())
        .filter(pl.col("people") == 1)
        .drop("people")
    )
    by_order = (
        records.drop_nulls(["order_id", "person_id"])
        .select(record_id=pl.lit("order:") + pl.col("order_id"), person="person_id")
        .unique("record_id")
    )
    single = stated.filter(pl.len().over(keys) == 1).select(*keys, person="person_id")
    by_contact = identifiers.join(single, on=keys).group_by("record_id").agg(pl.col("person").min())
    truth = pl.concat([by_order, by_account, by_contact]).unique(
        "record_id", keep="first", maintain_order=True
    )
    own = stated.filter(pl.col("is_own")).select(*keys, person="person_id", is_own=True).unique()
    marked = (
        identifiers.join(truth, on="record_id", how="left")
        .join(own, on=[*keys, "person"], how="left")
        .with_columns(pl.col("is_own").fill_null(False))
        .drop("person")
    )
    known = truth.join(identifiers.select("record_id").unique(), on="record_id", how="semi")
    return BrandSample(marked, attributes, known)
