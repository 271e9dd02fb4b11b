"""Answers of WeCom's customer-contact API into raw files, page by page, each as it came."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from siyu.pull.failures import PullRefusedError
from siyu.pull.raw_folder import RawFolder, digest_of
from siyu.pull.settings import WecomPull
from siyu.pull.state import PullState, Stated
from siyu.pull.wecom_calls import WecomCall
from siyu.pull.wecom_client import Answer, WecomClient
from siyu.pull.wecom_errors import NoRelationError

# limits of one call
STAFF_AT_ONCE = 100
CUSTOMERS_A_PAGE = 100
GROUPS_A_PAGE = 1000
MESSAGES_A_PAGE = 1000
ALL_GROUPS = 0

# where the rows of an answer stand; an answer without any says nothing
ROWS = {
    "customers": "external_contact_list",
    "groups": "group_chat_list",
    "group_members": "group_chat",
    "tags": "tag_group",
    "acquisition_customers": "customer_list",
    "service_messages": "msg_list",
}
# differ from call to call though the rows are the same
CURSORS = ("next_cursor", "has_more")

Keep = Callable[[], None]


def pull_answers(
    call: WecomCall,
    client: WecomClient,
    settings: WecomPull,
    folder: RawFolder,
    state: PullState,
    *,
    stamp: str,
    keep_state: Keep,
) -> None:
    """Write every page of a call that says something new.

    A page is not written when the newest files say the same already: those of the last whole
    pull, or of a later one that was cut short.

    Args:
        call: What is asked for.
        client: Calls the API.
        settings: Staff, links, service accounts.
        folder: Where the pages go.
        state: Remembers which answers are the newest word, and cursors of messages.
        stamp: Moment of the pull, as it stands in names.
        keep_state: Writes the state down.

    Raises:
        PullError: A call was refused or not answered; the pages before it are kept.
    """
    words = _Words(folder, state.stated.get(call), stamp)
    try:
        for answer, after in _answers(call, client, settings, state):
            if answer.content.get(ROWS[call]):
                words.hear(answer)
            if after is not None:
                state.cursors.update(after)
                keep_state()
    finally:
        state.stated[call] = words.stated()


class _Words:
    """What was said before, and what of this pull's answers is new."""

    def __init__(self, folder: RawFolder, stated: Stated | None, stamp: str) -> None:
        self._folder = folder
        self._stamp = stamp
        self._before = Counter(file.digest for file in folder.stated())
        heard_until = stated.stamp if stated else ""
        # a killed run may have written answers after the last one that could take note of it
        later = {file.digest for file in folder.stated() if file.stamp > heard_until}
        newest = later or set(stated.digests if stated else ())
        # a raw file that was taken away since (retention) is written anew
        self._newest = newest & set(self._before)
        self._met: set[str] = set()
        self._written = 0

    def hear(self, answer: Answer) -> None:
        digest = digest_of(_rows_of(answer))
        if digest in self._newest or digest in self._met:
            self._folder.pulled.unchanged += 1
        else:
            self._written += 1
            # said before and unsaid since: a line feed more makes it a content of its own
            content = answer.raw + b"\n" * self._before[digest]
            self._folder.put(f"{self._stamp}_{self._written:05d}_{digest}.json", content=content)
        self._met.add(digest)

    def stated(self) -> Stated:
        """The newest word now; what an unfinished run did not hear again may be outdated."""
        newest = self._met if self._written or not self._newest else self._met | self._newest
        return Stated(stamp=self._stamp, digests=tuple(sorted(newest)))


def _rows_of(answer: Answer) -> bytes:
    rows = {key: value for key, value in answer.content.items() if key not in CURSORS}
    return orjson.dumps(rows, option=orjson.OPT_SORT_KEYS)


Pages = Iterator[tuple[Answer, dict[str, str] | None]]


def _answers(call: WecomCall, client: WecomClient, settings: WecomPull, state: PullState) -> Pages:
    """Answers with the cursors to keep once each is written."""
    if call == "service_messages":
        yield from _messages(client, settings, state)
        return
    pages = {
        "customers": lambda: _customers(client, settings),
        "groups": lambda: _groups(client, settings),
        "group_members": lambda: _members(client, settings),
        "tags": lambda: iter([client.call("externalcontact/get_corp_tag_list", {})]),
        "acquisition_customers": lambda: _acquired(client, settings),
    }
    for answer in pages[call]():
        yield answer, None


def _customers(client: WecomClient, settings: WecomPull) -> Iterator[Answer]:
    staff = list(settings.staff) or _all_staff(client)
    for start in range(0, len(staff), STAFF_AT_ONCE):
        yield from _customers_of(client, staff[start : start + STAFF_AT_ONCE])


def _customers_of(client: WecomClient, staff: list[str]) -> Iterator[Answer]:
    body = {"userid_list": staff, "limit": CUSTOMERS_A_PAGE}
    try:
        yield from _paged(client, "externalcontact/batch/get_by_user", body)
    except NoRelationError:
        # one of them has no customers: that says nothing about the others
        for one in staff if len(staff) > 1 else ():
            yield from _customers_of(client, [one])


def _all_staff(client: WecomClient) -> list[str]:
    answer = client.call("externalcontact/get_follow_user_list")
    staff = [str(userid) for userid in answer.content.get("follow_user", ())]
    if not staff:
        raise PullRefusedError(
            "WeCom: the app sees no staff with the right of customer contact; widen its visible "
            "range and the use of 客户联系"
        )
    return staff


def _groups(client: WecomClient, settings: WecomPull) -> Iterator[Answer]:
    staff = list(settings.staff)
    for start in range(0, max(len(staff), 1), STAFF_AT_ONCE):
        body: dict[str, Any] = {"status_filter": ALL_GROUPS, "limit": GROUPS_A_PAGE}
        if staff:
            body["owner_filter"] = {"userid_list": staff[start : start + STAFF_AT_ONCE]}
        yield from _paged(client, "externalcontact/groupchat/list", body)


def _members(client: WecomClient, settings: WecomPull) -> Iterator[Answer]:
    for page in _groups(client, settings):
        for group in page.content.get("group_chat_list", ()):
            body = {"chat_id": group["chat_id"], "need_name": 1}
            yield client.call("externalcontact/groupchat/get", body)


def _acquired(client: WecomClient, settings: WecomPull) -> Iterator[Answer]:
    for link in settings.links:
        body = {"link_id": link, "limit": MESSAGES_A_PAGE}
        yield from _paged(client, "externalcontact/customer_acquisition/customer", body)


def _paged(client: WecomClient, path: str, body: dict[str, Any]) -> Iterator[Answer]:
    """Pages until one names no further cursor."""
    cursor, seen = "", set[str]()
    while True:
        answer = client.call(path, {**body, "cursor": cursor})
        yield answer
        cursor = str(answer.content.get("next_cursor") or "")
        if not cursor:
            return
        _check_advance(cursor, seen, path)


def _messages(client: WecomClient, settings: WecomPull, state: PullState) -> Pages:
    """Messages since the cursor of the last pull; WeCom keeps them for three days only."""
    path = "kf/sync_msg"
    for account in settings.service_accounts:
        cursor, seen = state.cursors.get(account, ""), set[str]()
        while True:
            body = {"open_kfid": account, "cursor": cursor, "limit": MESSAGES_A_PAGE}
            answer = client.call(path, body)
            cursor = str(answer.content.get("next_cursor") or cursor)
            yield answer, {account: cursor}
            # a short page is not the end
            if not answer.content.get("has_more"):
                break
            _check_advance(cursor, seen, path)


def _check_advance(cursor: str, seen: set[str], path: str) -> None:
    if cursor in seen:
        raise PullRefusedError(f"WeCom {path}: the pages go round in a circle; report it")
    seen.add(cursor)
