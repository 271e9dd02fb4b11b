"""The truth beside the exports: who is behind each record and identifier.

Nothing in the pipeline may read these tables; tests and benches do.
"""

import polars as pl

from siyu.demo.shelf import Shelf, TruthTable
from siyu.demo.tokens import numbers
from siyu.demo.wall_time import SHANGHAI

# a second account and a number used after somebody else are truly the person's own
OWN_WORDS = ("own", "second_account", "recycled")


class TruthBook:
    """Truth tables that grow while exports are written."""

    def __init__(self, shelf: Shelf) -> None:
        """Open the tables."""
        self._shelf = shelf
        self._tables: dict[str, TruthTable] = {}

    def append(self, table: str, rows: pl.DataFrame) -> None:
        """Add rows to ``truth/<table>.parquet``."""
        if table not in self._tables:
            self._tables[table] = self._shelf.truth(table)
        self._tables[table].append(rows)

    def close(self) -> None:
        """Take all tables into their place."""
        for table in self._tables.values():
            table.close()

    def records(
        self, source: str, keys: pl.Series, person: pl.Series, orders: pl.Series | None = None
    ) -> None:
        """Who is behind records of a source.

        Args:
            source: The source.
            keys: Business keys; parts joined by ``|``.
            person: Person per record; negative = nobody of the brand's customers.
            orders: ``<platform>:<no>`` of records that tell of an order.
        """
        self.append(
            "records",
            pl.DataFrame(
                {
                    "source": pl.Series([source], dtype=pl.String).new_from_index(0, len(keys)),
                    "record_key": keys,
                    "order_id": orders
                    if orders is not None
                    else pl.Series([None], dtype=pl.String).new_from_index(0, len(keys)),
                    "person_id": person_ids(person),
                }
            ),
        )

    def identifiers(
        self,
        namespace: str,
        identifiers: pl.Series,
        person: pl.Series,
        *,
        dirt: str | pl.Series = "own",
        scope: str = "",
    ) -> None:
        """Which identifiers exports show for people.

        Args:
            namespace: Kind of identifier.
            identifiers: Values as the pipeline should know them.
            person: Person each is shown for.
            dirt: ``own`` or what is odd about it.
            scope: Where it is valid.
        """
        count = len(identifiers)
        words = dirt if isinstance(dirt, pl.Series) else _constant(dirt, count)
        rows = pl.DataFrame(
            {
                "person_id": person_ids(person),
                "namespace": _constant(namespace, count),
                "scope": _constant(scope, count),
                "identifier": identifiers,
                "is_own": words.is_in(OWN_WORDS),
                "dirt": words,
            }
        )
        self.append("identifiers", rows)

    def shares(
        self, kind: str, *, from_person: pl.Series, to_person: pl.Series, at: pl.Series
    ) -> None:
        """Who brought whom: ``share_visit``, ``referral`` or ``fission``."""
        self.append(
            "share_tree",
            pl.DataFrame(
                {
                    "kind": _constant(kind, len(at)),
                    "from_person_id": person_ids(from_person),
                    "to_person_id": person_ids(to_person),
                    "shared_at": utc_times(at),
                }
            ),
        )


def person_ids(person: pl.Series) -> pl.Series:
    """``P0000001``, …; null for nobody."""
    text = "P" + numbers((person.cast(pl.Int64) + 1).to_numpy(), digits=7)
    return pl.select(pl.when(pl.lit(person >= 0)).then(text)).to_series()


def utc_times(seconds: pl.Series) -> pl.Series:
    """Naive UTC of wall seconds; null for 0."""
    unix = seconds.cast(pl.Int64) - SHANGHAI
    moments = pl.from_epoch(unix, time_unit="s").cast(pl.Datetime("us"))
    return pl.select(pl.when(pl.lit(seconds != 0)).then(moments)).to_series()


def _constant(word: str, count: int) -> pl.Series:
    return pl.Series([word], dtype=pl.String).new_from_index(0, count)
