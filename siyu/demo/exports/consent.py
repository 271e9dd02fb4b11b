"""The brand's own consent ledger, and answers to its text messages as the provider lists them."""

import numpy as np
import polars as pl

from siyu.demo.catalogue import BRAND
from siyu.demo.consents import EXTERNAL, OPENID, SUBJECTS, UNIONID
from siyu.demo.shelf import Shelf
from siyu.demo.streams import Ints
from siyu.demo.text_lines import Cells, chosen, csv_rows
from siyu.demo.tokens import numbers
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import Span, iso_time_text, spans_of, time_text
from siyu.demo.world import World

LEDGER_HEADINGS = [
    "subject_type",
    "subject_id",
    "purpose",
    "channel",
    "status",
    "basis",
    "policy_version",
    "source",
    "evidence_ref",
    "effective_at",
    "recorded_at",
]
REPLY_HEADINGS = ["手机号码", "上行内容", "上行时间", "签名", "扩展码"]


def export_consents(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write ledger and answers of each period."""
    for span in spans_of(world.window, world.settings.file.contacts):
        told = world.consents.filter((pl.col("at") >= span.start) & (pl.col("at") < span.end))
        _write_ledger(told.filter(pl.col("reply") == ""), span, world, shelf, book)
        _write_replies(told.filter(pl.col("reply") != ""), span, world, shelf, book)


def subject_ids(consents: pl.DataFrame, world: World) -> pl.Series:
    """The id a statement was made under."""
    account = np.maximum(consents["account"].to_numpy(), 0)
    subject = consents["subject"].to_numpy()
    phone = world.phone_of(consents["person"].to_numpy(), consents["at"].to_numpy())
    text = phone
    for kind, ids in (
        (UNIONID, world.ids.unionid),
        (OPENID, world.ids.oa_openid),
        (EXTERNAL, world.ids.external_userid),
    ):
        text = chosen(pl.Series(subject == kind), ids(account), text)
    return text


def _write_ledger(
    told: pl.DataFrame, span: Span, world: World, shelf: Shelf, book: TruthBook
) -> None:
    if told.height == 0:
        return
    at = told["at"].to_numpy()
    subject_type = pl.Series(SUBJECTS).gather(told["subject"])
    subject_id = subject_ids(told, world)
    time = iso_time_text(at)
    is_event = told["source"].str.starts_with("event:")
    cells: Cells = {
        "subject_type": subject_type,
        "subject_id": subject_id,
        "purpose": told["purpose"],
        "channel": told["channel"],
        "status": told["status"],
        "basis": told["basis"],
        "policy_version": chosen(is_event, "", "pp-2026-01"),
        "source": told["source"],
        "evidence_ref": chosen(is_event, "", "ev-" + _evidence(told)),
        "effective_at": time,
        "recorded_at": time,
    }
    file = f"consent_ledger_{span.stamp}.csv"
    with shelf.export("consent_ledger", file) as work:
        work.write(",".join(LEDGER_HEADINGS) + "\n")
        work.write_lines(csv_rows(LEDGER_HEADINGS, cells, rows=told.height))
    shelf.expect("consent_ledger", file, rows=told.height)
    parts = [subject_type, subject_id, told["purpose"], told["channel"], time]
    keys = pl.select(pl.concat_str(parts, separator="|")).to_series()
    book.records("consent_ledger", keys, told["person"])


def _write_replies(
    told: pl.DataFrame, span: Span, world: World, shelf: Shelf, book: TruthBook
) -> None:
    if told.height == 0:
        return
    phone = world.phone_of(told["person"].to_numpy(), told["at"].to_numpy())
    time = time_text(told["at"].to_numpy())
    cells: Cells = {
        "手机号码": phone,
        "上行内容": told["reply"],
        "上行时间": time,
        "签名": BRAND,
        "扩展码": "90998",
    }
    file = f"sms_mo_replies_{span.stamp}.csv"
    with shelf.export("sms_reply", file, encoding="gb18030") as work:
        work.write('"' + '","'.join(REPLY_HEADINGS) + '"\r\n')
        work.write_lines(
            csv_rows(REPLY_HEADINGS, cells, rows=told.height, quote='"', line_end="\r\n")
        )
    shelf.expect("sms_reply", file, rows=told.height)
    book.records("sms_reply", phone + "|" + time, told["person"])


def _evidence(told: pl.DataFrame) -> pl.Series:
    place: Ints = told["person"].to_numpy() * 10 + told["subject"].to_numpy()
    return numbers(place, digits=8)
