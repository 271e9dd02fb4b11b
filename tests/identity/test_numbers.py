"""Keys become numbers, and tables are looked up by them, as sorts and joins would."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.identity.dense import first_of_groups, is_among, look_up
from siyu.identity.keys import SEEDS, find_keys, hash_of, number_hashes, order_of_keys

# small ones are alike in their upper bits, large ones differ in them
HASHES = st.lists(st.one_of(st.integers(0, 9), st.integers(0, 2**64 - 1)), max_size=40)
quick = settings(max_examples=60, deadline=None)


@quick
@given(HASHES)
def test_rows_are_ordered_as_a_stable_sort_orders_them(hashes: list[int]) -> None:
    keys = np.array(hashes, dtype=np.uint64)
    assert order_of_keys(keys).tolist() == np.argsort(keys, kind="stable").tolist()


@quick
@given(st.sets(st.integers(0, 2**64 - 1)), HASHES)
def test_a_hash_is_found_where_it_stands(known: set[int], asked: list[int]) -> None:
    places = list(known)
    found = find_keys(pl.Series(places, dtype=pl.UInt64), pl.Series(asked, dtype=pl.UInt64))
    assert found.to_list() == [places.index(one) if one in known else None for one in asked]


@quick
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.none() | st.integers(0, 9))
    )
)
def test_keys_are_numbered_in_order_of_their_first_rows(
    told: list[tuple[str, str, int | None]],
) -> None:
    schema = {"one": pl.String, "other": pl.String, "at": pl.Datetime("us")}
    rows = pl.DataFrame(told, schema=schema, orient="row")
    hashes = rows.select(hash_of(["one", "other"]), check=hash_of(["one", "other"], SEEDS))
    numbered = number_hashes(*hashes)
    first, last = numbered.span(rows["at"])
    expected = rows.group_by("one", "other", maintain_order=True).agg(
        first=pl.col("at").min(), last=pl.col("at").max()
    )
    assert rows["one", "other"][numbered.firsts].equals(expected["one", "other"])
    assert first.equals(expected["first"])
    assert last.equals(expected["last"])
    assert rows["one", "other"].equals(expected["one", "other"][numbered.of_rows])


@quick
@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3)), st.lists(st.integers(0, 9)))
def test_what_is_looked_up_is_what_joins_find(
    told: list[tuple[int, int, int]], asked: list[int]
) -> None:
    rows = pl.DataFrame(told, schema=["key", "rank", "value"], orient="row")
    rows = rows.cast(pl.Int64)
    best = first_of_groups(rows["key"].to_numpy(), rows["rank"], rows["value"])
    table = rows[best].unique(maintain_order=True)
    assert table.sort("key").equals(
        rows.sort("key", "rank", "value").unique("key", keep="first", maintain_order=True)
    )
    numbers = pl.Series("key", asked, dtype=pl.Int64)
    joined = pl.DataFrame(numbers).join(table, on="key", how="left", maintain_order="left")
    assert look_up(table, "key", numbers).equals(joined.drop("key"))
    assert is_among(numbers, table["key"]).equals(
        numbers.is_in(table["key"].implode()), check_names=False
    )
