"""The record of one erasure: what the ledger keeps of it, and the certificate for people.

Neither holds anything of the person in the clear.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

import orjson

from siyu.errors import SiyuError
from siyu.privacy.exports import Found
from siyu.privacy.tombstones import Tombstones, join_tombstones

FORMAT_VERSION = 2
# format 1 counted short numbers in columns, whatever their namespace
STONES = {
    1: ("telling", "placed", "columns", "lengths"),
    2: (
        *("telling", "placed", "columns", "lengths"),
        *("named", "namespaces", "passed_on", "others"),
    ),
}


class ErasureRecordError(SiyuError):
    """A record of an erasure that cannot be read; erased people could come back unseen."""


@dataclass(frozen=True)
class Destination:
    """One audience the person was in.

    Attributes:
        audience: Its name.
        as_of_date: Its day.
        channel: Where it went.
    """

    audience: str
    as_of_date: str
    channel: str


@dataclass(frozen=True)
class Erasure:
    """One erasure.

    Attributes:
        sequence: Its number in the ledger.
        begun_at: When it was asked for, ISO 8601, UTC.
        status: ``begun`` until nothing of the person is left.
        customer_ids: The person's id, and ids that were merged into it.
        identifier_hashes: Keyed hashes of their identifiers, as published tables show them.
        tombstones: By which their rows are kept out.
        namespaces: Namespace → how many identifiers of it were theirs.
        shared: Namespaces of identifiers that others use too and that stay.
        found: Where they were.
        destinations: Who was sent them.
        finished_at: When it was done.
    """

    sequence: int
    begun_at: str
    customer_ids: tuple[str, ...]
    identifier_hashes: tuple[str, ...]
    tombstones: Tombstones
    namespaces: dict[str, int]
    shared: tuple[str, ...]
    found: tuple[Found, ...]
    destinations: tuple[Destination, ...]
    status: Literal["begun", "done"] = "begun"
    finished_at: str | None = None
    format_version: int = field(default=FORMAT_VERSION)

    def finished(self, at: str) -> Self:
        """The same, done."""
        return replace(self, status="done", finished_at=at)

    def encode(self) -> bytes:
        """As the ledger keeps it."""
        values = {name: value for name, value in self.__dict__.items() if name != "tombstones"}
        names = STONES[self.format_version]
        stones = {name: sorted(getattr(self.tombstones, name)) for name in names}
        lists = {name: [asdict(one) for one in values[name]] for name in ("found", "destinations")}
        return orjson.dumps({**values, **lists, "tombstones": stones}, option=orjson.OPT_INDENT_2)

    @classmethod
    def decode(cls, content: bytes, secret: bytes, *, file: str) -> Self:
        """Read a record.

        Raises:
            ErasureRecordError: It is damaged or of a later version of Siyu.
        """
        try:
            kept: dict[str, Any] = orjson.loads(content)
            if kept["format_version"] not in STONES:
                raise ErasureRecordError(
                    f"{file}: written by another version of Siyu "
                    f"(format {kept['format_version']}); use that version"
                )
            names = STONES[kept["format_version"]]
            stones = {name: frozenset(kept["tombstones"][name]) for name in names}
            return cls(
                **{
                    **kept,
                    "tombstones": Tombstones(secret, **stones),
                    "customer_ids": tuple(kept["customer_ids"]),
                    "identifier_hashes": tuple(kept["identifier_hashes"]),
                    "shared": tuple(kept["shared"]),
                    "found": tuple(Found(**one) for one in kept["found"]),
                    "destinations": tuple(Destination(**one) for one in kept["destinations"]),
                }
            )
        except (ValueError, KeyError, TypeError) as damaged:
            raise ErasureRecordError(
                f"{file}: the record of an erasure is damaged; restore the ledger from its backup"
            ) from damaged


def check_numbers(recorded: Iterable[str], *, certified: Iterable[str]) -> None:
    """Refuse records of erasures of which one is missing: its person would come back.

    Args:
        recorded: Numbers of the records in the ledger, as their files are called.
        certified: Numbers of the certificates in the home.

    Raises:
        ErasureRecordError: Between two records, or after the last one, there was another.
    """
    numbers = sorted(map(int, recorded))
    wanted = set(range(1, len(numbers) + 1)) | set(map(int, certified))
    if missing := sorted(wanted - set(numbers)):
        raise ErasureRecordError(
            f"ledger/erasures/{missing[0]:06d}.json is missing; restore the ledger from its backup"
        )


def all_tombstones(secret: bytes, erasures: list[Erasure]) -> Tombstones:
    """Tombstones of everybody who was erased."""
    return join_tombstones(secret, (erasure.tombstones for erasure in erasures))


def certificate(erasure: Erasure) -> dict[str, Any]:
    """What was done, for whoever asked for it; names nobody."""
    return {
        "certificate": f"erasure-{erasure.sequence:06d}",
        "begun_at": erasure.begun_at,
        "finished_at": erasure.finished_at,
        "customer_ids": list(erasure.customer_ids),
        "identifiers_erased": erasure.namespaces,
        "identifiers_kept_because_others_use_them": list(erasure.shared),
        "places": [
            {"file": one.file, "records": one.records, "parts": one.parts}
            for one in erasure.found
            if one.records or one.parts
        ],
        "not_searched": [one.file for one in erasure.found if not one.is_searched],
        "records_erased": sum(found.records for found in erasure.found),
        "cells_erased_in_records_of_others": sum(found.parts for found in erasure.found),
        "sent_to": [asdict(one) for one in erasure.destinations],
        "kept_out_by": "keyed hashes in ledger/erasures; rows that hold them do not land again",
        "not_reached": "backups, and copies that left this home (the audiences named in sent_to)",
    }


def certificate_page(erasure: Erasure) -> str:
    """The certificate as Markdown, in both languages."""
    told = certificate(erasure)
    lines = [
        f"# Certificate of erasure · 个人信息删除证明 ({told['certificate']})",
        "",
        f"- Begun · 开始: {told['begun_at']}",
        f"- Finished · 完成: {told['finished_at']}",
        f"- Customer · 客户: {', '.join(erasure.customer_ids)}",
        f"- Records erased · 删除记录数: {told['records_erased']}",
        "- Cells erased in records of other people · 他人记录中清除的单元格: "
        f"{told['cells_erased_in_records_of_others']}",
        "",
        "## Identifiers · 标识",
        *(f"- {name}: {count}" for name, count in sorted(erasure.namespaces.items())),
        *(f"- {name}: kept, others use it too · 他人共用，予以保留" for name in erasure.shared),
        "",
        "## Where · 位置",
        *(f"- `{one['file']}`: {one['records']} + {one['parts']}" for one in told["places"]),
        *(
            f"- `{file}`: cannot be opened, delete it if in doubt · 无法打开，请人工检查"
            for file in told["not_searched"]
        ),
        "",
        "## Sent to · 曾发送至",
        *(f"- {one.audience}, {one.as_of_date}, {one.channel}" for one in erasure.destinations),
        *([] if erasure.destinations else ["- nobody · 无"]),
        "",
        f"Not reached · 未触及: {told['not_reached']}.",
        "",
    ]
    return "\n".join(lines)
