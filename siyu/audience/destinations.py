"""The file for the channel: calls of its API, one a line, within the limits it documents.

``siyu`` makes the calls' bodies and sends nothing.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from siyu.audience.build import AudienceResult
from siyu.audience.destination_settings import AliyunBatchSms, OaMassSend, WecomGroupSend

# limits of one call, channels.md §9
WECOM_CUSTOMERS_PER_CALL = 10_000
SMS_NUMBERS_PER_CALL = 100
OA_FOLLOWERS_PER_CALL = 10_000
OA_FOLLOWERS_AT_LEAST = 2

UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9_]")

Call = dict[str, Any]


@dataclass(frozen=True)
class DestinationFiles:
    """What leaves for the channel.

    Attributes:
        files: File name → content; one file per account (corp, appid), none without members.
        call_count: Calls in all files.
        recipient_count: Members in all calls.
        unsent_count: Members the channel's limits leave out, such as a single follower.
    """

    files: dict[str, bytes]
    call_count: int
    recipient_count: int
    unsent_count: int


def render_destination(result: AudienceResult) -> DestinationFiles:
    """Make the channel's calls for the members of an audience."""
    calls_by_account: dict[str, list[Call]] = {}
    recipient_count = 0
    for account, members in _part_by(result.members, "scope"):
        calls = list(_make_calls(result, members))
        recipient_count += sum(size for _, size in calls)
        if calls:
            calls_by_account[account] = [call for call, _ in calls]
    has_file = result.spec.destination.format != "members_only"
    return DestinationFiles(
        files={
            _file_name(result.spec.destination.format, account): _to_lines(calls)
            for account, calls in calls_by_account.items()
        },
        call_count=sum(map(len, calls_by_account.values())),
        recipient_count=recipient_count,
        unsent_count=result.members.height - recipient_count if has_file else 0,
    )


def cut(count: int, *, at_most: int, at_least: int = 1) -> Iterator[tuple[int, int]]:
    """Offsets and lengths of calls; a last call that is too small takes from the one before.

    Examples:
        >>> list(cut(5, at_most=2)), list(cut(5, at_most=2, at_least=2)), list(cut(1, at_most=9))
        ([(0, 2), (2, 2), (4, 1)], [(0, 2), (2, 2)], [(0, 1)])
        >>> list(cut(7, at_most=3, at_least=2))
        [(0, 3), (3, 2), (5, 2)]
    """
    start = 0
    while count - start >= at_least:
        length = min(at_most, count - start)
        left = count - start - length
        if 0 < left < at_least:
            length = max(at_least, length - (at_least - left))
        yield start, length
        start += length


def _make_calls(result: AudienceResult, members: pl.DataFrame) -> Iterator[tuple[Call, int]]:
    match result.spec.destination:
        case WecomGroupSend() as settings:
            yield from _wecom_calls(settings, members)
        case AliyunBatchSms() as settings:
            yield from _sms_calls(settings, members, _call_name(result))
        case OaMassSend() as settings:
            yield from _oa_calls(settings, members, _call_name(result))


def _wecom_calls(settings: WecomGroupSend, members: pl.DataFrame) -> Iterator[tuple[Call, int]]:
    for sender, customers in _part_by(members, "sender"):
        for start, length in cut(customers.height, at_most=WECOM_CUSTOMERS_PER_CALL):
            call: Call = {
                "chat_type": "single",
                "external_userid": customers["address"][start : start + length].to_list(),
                "sender": sender,
                "allow_select": settings.allow_select,
                "text": {"content": settings.text},
                "attachments": list(settings.attachments),
            }
            # without a sender the platform asks every staff member who has the customer
            yield {key: value for key, value in call.items() if value != ""}, length


def _sms_calls(
    settings: AliyunBatchSms, members: pl.DataFrame, name: str
) -> Iterator[tuple[Call, int]]:
    for number, (start, length) in enumerate(cut(members.height, at_most=SMS_NUMBERS_PER_CALL), 1):
        chosen = members.slice(start, length)
        parameters = [
            {
                variable: _fill(row[source.column], source.default)
                for variable, source in settings.parameters.items()
            }
            for row in chosen.rows(named=True)
        ]
        phones = chosen["address"].str.strip_prefix("+").to_list()
        call = {
            "Action": "SendBatchSms",
            "PhoneNumberJson": _to_json(phones),
            "SignNameJson": _to_json([settings.sign_name] * length),
            "TemplateCode": settings.template_code,
            "TemplateParamJson": _to_json(parameters),
            "OutId": f"{name}_{number:04d}",
        }
        yield call, length


def _oa_calls(settings: OaMassSend, members: pl.DataFrame, name: str) -> Iterator[tuple[Call, int]]:
    parts = cut(members.height, at_most=OA_FOLLOWERS_PER_CALL, at_least=OA_FOLLOWERS_AT_LEAST)
    for number, (start, length) in enumerate(parts, 1):
        call = {
            "touser": members["address"][start : start + length].to_list(),
            "mpnews": {"media_id": settings.media_id},
            "msgtype": "mpnews",
            "send_ignore_reprint": int(settings.send_ignore_reprint),
            "clientmsgid": f"{name}_{number:04d}",
        }
        yield call, length


def _fill(value: object, default: str) -> str:
    """The default where nothing is known, or only a name the platform masked (``王**``)."""
    text = "" if value is None else str(value)
    return default if not text or "*" in text else text


def _call_name(result: AudienceResult) -> str:
    """Names a call the same way on every run, so that a second sending is recognised."""
    return f"{result.spec.audience}_{result.as_of_date:%Y%m%d}"


def _part_by(members: pl.DataFrame, column: str) -> list[tuple[str, pl.DataFrame]]:
    parts = members.partition_by(column, as_dict=True, maintain_order=True)
    return sorted((str(key[0]), part) for key, part in parts.items())


def _file_name(destination_format: str, account: str) -> str:
    safe = UNSAFE_IN_NAME.sub("_", account)
    return f"{destination_format}-{safe}.jsonl" if safe else f"{destination_format}.jsonl"


def _to_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _to_lines(calls: list[Call]) -> bytes:
    return "".join(f"{_to_json(call)}\n" for call in calls).encode()
