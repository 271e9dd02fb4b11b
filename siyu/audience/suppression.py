"""Suppression lists: people who must not be contacted, whatever a rule says.

A list lies in ``ledger/suppression/<list>.csv`` with the columns ``namespace, identifier`` or
``customer_id`` or all three; ``reason`` and further columns are for people. A list that cannot be
read whole is not an empty list: the audiences that name it stop.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from siyu.errors import SiyuError
from siyu.files import PRIVATE_FOLDER, replace_file
from siyu.phone import usable_numbers

ENTRIES_SCHEMA = pl.Schema(
    {"namespace": pl.String(), "identifier": pl.String(), "customer_id": pl.String()}
)
HEADER = "namespace,identifier,customer_id,reason\n"

# where a channel's addresses stand among the identifiers
NAMESPACE_OF_CHANNEL = {
    "sms": "phone",
    "email": "email",
    "wecom": "wecom_external_userid",
    "oa": "wechat_oa_openid",
    "miniprogram": "wechat_mp_openid",
}
NAMESPACES = frozenset(
    {
        *NAMESPACE_OF_CHANNEL.values(),
        "wechat_unionid",
        "taobao_open_uid",
        "jd_account",
        "doudian_open_id",
        "xhs_user_id",
        "youzan_open_id",
        "pospal_customer_uid",
        "member_no",
        "app_user_id",
        "anonymous_id",
    }
)


class SuppressionListUnavailableError(SiyuError):
    """A suppression list is missing or cannot be read whole; its audiences must not leave."""


@dataclass(frozen=True)
class SuppressionList:
    """One list as it was read.

    Attributes:
        name: Name of the list.
        sha256: Digest of the file, for the manifest.
        entries: ``namespace``, ``identifier``, ``customer_id`` (all String, null = not given).
    """

    name: str
    sha256: str
    entries: pl.DataFrame


def read_suppression_list(folder: Path, name: str) -> SuppressionList:
    """Read ``<folder>/<name>.csv`` whole.

    Raises:
        SuppressionListUnavailableError: Missing, not UTF-8, another header, or a line that names
            nobody; the message has file and line, never a value.
    """
    path = folder / f"{name}.csv"
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as refused:
        raise SuppressionListUnavailableError(
            f"{path}: cannot be read ({refused.strerror}); put the list back, with the header "
            f"{HEADER.strip()} and no lines if nobody is on it"
        ) from refused
    except UnicodeDecodeError as refused:
        raise SuppressionListUnavailableError(f"{path}: is not UTF-8; save it so") from refused
    rows = list(_read_rows(path, text))
    entries = pl.DataFrame(rows, schema=ENTRIES_SCHEMA, orient="row")
    return SuppressionList(
        name=name, sha256=sha256(content).hexdigest(), entries=_normalize(path, entries)
    )


def start_suppression_lists(folder: Path, names: Iterable[str]) -> None:
    """Give a new home empty lists; only for a home whose ledger is being made.

    A list that is missing later was lost, and stays an error.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    for name in names:
        path = folder / f"{name}.csv"
        if not path.exists():
            replace_file(path, HEADER.encode())


def resolve_suppressions(
    lists: Mapping[str, SuppressionList],
    identity_nodes: pl.DataFrame,
    contact_points: pl.DataFrame,
    *,
    renamed: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Who is on which list: by customer id, by any identifier of theirs, or by an address.

    An identifier that identity resolution blocked (a shared phone) belongs to nobody there, but
    whoever would be contacted at it is suppressed all the same.

    Args:
        lists: Name → list.
        identity_nodes: ``namespace``, ``identifier``, ``customer_id`` (null = blocked).
        contact_points: Hand-off ``int_contact_points``.
        renamed: ``former_id``, ``customer_id``: ids that merges ended and who they are today.

    Returns:
        One row per list and customer: ``suppression_list``, ``customer_id``, sorted.
    """
    known = _holders(
        [pl.DataFrame(schema=ENTRIES_SCHEMA), *(found.entries for found in lists.values())],
        identity_nodes,
        contact_points,
    )
    parts = [pl.DataFrame(schema={"suppression_list": pl.String, "customer_id": pl.String})]
    for name, found in lists.items():
        by_identifier = found.entries.join(
            known, on=["namespace", "identifier"], suffix="_known"
        ).select(customer_id="customer_id_known")
        people = pl.concat([by_identifier, found.entries.select("customer_id")]).drop_nulls()
        if renamed is not None:
            today = people.join(renamed, left_on="customer_id", right_on="former_id", suffix="_now")
            people = pl.concat([people, today.select(customer_id="customer_id_now")])
        parts.append(people.select(pl.lit(name).alias("suppression_list"), "customer_id"))
    return pl.concat(parts).unique().sort("suppression_list", "customer_id")


def _holders(
    entries: list[pl.DataFrame], identity_nodes: pl.DataFrame, contact_points: pl.DataFrame
) -> pl.DataFrame:
    """Whose the identifiers on lists are: ``namespace``, ``identifier``, ``customer_id``."""
    addresses = contact_points.select(
        pl.col("channel").replace_strict(NAMESPACE_OF_CHANNEL, default=None).alias("namespace"),
        pl.col("address").alias("identifier"),
        "customer_id",
    )
    asked = pl.concat(entries)
    held = [
        rows.join(asked, on=["namespace", "identifier"], how="semi")
        for rows in (identity_nodes.select(addresses.columns), addresses)
    ]
    return pl.concat(held).drop_nulls().unique()


def _read_rows(path: Path, text: str) -> Iterator[tuple[str | None, str | None, str | None]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    header = [name.strip() for name in reader.fieldnames or []]
    if not ({"namespace", "identifier"} <= set(header) or "customer_id" in header):
        raise SuppressionListUnavailableError(
            f"{path}:1: the header must be {HEADER.strip()}; found {_headings_of(header)}"
        )
    reader.fieldnames = header
    try:
        for row in reader:
            cells = [(row.get(column) or "").strip() or None for column in ENTRIES_SCHEMA]
            namespace, identifier, customer_id = cells
            if (namespace is None) != (identifier is None) or not (identifier or customer_id):
                raise _unusable(path, reader.line_num, "names nobody")
            if namespace and namespace not in NAMESPACES:
                raise _unusable(path, reader.line_num, "has an unknown namespace")
            yield namespace, identifier, customer_id
    except csv.Error as refused:
        raise _unusable(path, reader.line_num + 1, f"is no CSV ({refused})") from refused


def _headings_of(header: list[str]) -> str:
    """What of a first line may be told: a list without its heading begins with somebody's line."""
    known = [name for name in header if name in HEADER.strip().split(",")]
    others = len(header) - len(known)
    return ", ".join([*known, *([f"{others} other columns"] if others else [])]) or "nothing"


def _normalize(path: Path, entries: pl.DataFrame) -> pl.DataFrame:
    """Identifiers as identity resolution writes them."""
    is_phone, is_email = (pl.col("namespace") == kind for kind in ("phone", "email"))
    normalized = entries.with_columns(
        identifier=pl.when(is_phone)
        .then(pl.col("identifier").map_batches(usable_numbers, return_dtype=pl.String))
        .when(is_email)
        .then(pl.col("identifier").str.to_lowercase())
        .otherwise("identifier")
    )
    lost = normalized.filter(pl.col("namespace").is_not_null() & pl.col("identifier").is_null())
    if not lost.is_empty():
        raise SuppressionListUnavailableError(
            f"{path}: {lost.height} phone(s) are no usable number (masked, landline or damaged); "
            "write them in full or name the customer_id"
        )
    return normalized


def _unusable(path: Path, line: int, problem: str) -> SuppressionListUnavailableError:
    return SuppressionListUnavailableError(f"{path}:{line}: the line {problem}; mend it")
