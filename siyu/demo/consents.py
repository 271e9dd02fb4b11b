"""What people allowed and took back: statements by channel, withdrawals, answers to text messages.

Where a statement is written belongs to ``exports.consent``.
"""

import numpy as np
import polars as pl

from siyu.demo.streams import Flags, Ints, chance, picked
from siyu.demo.wall_time import DAY
from siyu.demo.world import World

SUBJECTS = ("phone", "unionid", "openid", "external_userid")
PHONE, UNIONID, OPENID, EXTERNAL = range(len(SUBJECTS))
WITHDRAWING_WORDS = ("R", "td", "TD", "退订", "T", "N", "ｔｄ", "r", "QX")
OTHER_WORDS = ("好的", "谢谢", "1", "收到", "在吗")


def make_consents(world: World) -> pl.DataFrame:
    """One row per statement, in the order of time.

    Returns:
        person, account (-1 = none), subject (place in SUBJECTS), purpose, channel, status
        (``granted``/``withdrawn``), basis, source, at, reply (text of a text message, '' = none).
    """
    parts = [
        *_text_message_consents(world),
        *_friend_consents(world),
        *_follower_consents(world),
        _ad_consents(world),
    ]
    return pl.concat(parts).sort("at", "person", "channel", "status")


def _text_message_consents(world: World) -> list[pl.DataFrame]:
    rates = world.settings.consent
    people = world.people.select("person", "starts_at")
    person = people["person"].to_numpy()
    granted = _lucky(person, "sms", rates.sms_granted, world)
    at = _within(people["starts_at"].to_numpy() + 2 * DAY, person, "sms at", world)
    account = _first_accounts(world)[person]
    by_unionid = (account >= 0) & (picked(person, salt="by", seed=world.seed, below=10) < 3)
    subject = np.where(by_unionid, UNIONID, PHONE)
    later = at + DAY + (_draw(person, "sms later", world) * (world.window.end - at)).astype(int)
    withdraws = granted & _lucky(person, "sms back", rates.sms_withdrawn, world)
    replies = granted & ~withdraws & _lucky(person, "sms reply", rates.sms_reply, world)
    chats = granted & ~withdraws & ~replies & _lucky(person, "sms chat", rates.sms_reply, world)
    word = picked(person, salt="reply word", seed=world.seed, below=1000)
    no = pl.Series(WITHDRAWING_WORDS).gather(pl.Series(word % len(WITHDRAWING_WORDS)))
    other = pl.Series(OTHER_WORDS).gather(pl.Series(word % len(OTHER_WORDS)))
    grant = _rows(person, account, subject, at, "marketing", "sms", "granted", "consent", "miniapp")
    back = _rows(
        person, account, 0 * subject, later, "marketing", "sms", "withdrawn", "consent", "service"
    )
    reply = _rows(
        person, account, 0 * subject, later, "marketing", "sms", "withdrawn", "consent", "sms_mo"
    )
    chat = reply.with_columns(status=pl.lit("none"), reply=other)
    in_time = later < world.window.end
    return [
        grant.filter(pl.Series(granted)),
        back.filter(pl.Series(withdraws & in_time)),
        reply.with_columns(reply=no).filter(pl.Series(replies & in_time)),
        chat.filter(pl.Series(chats & in_time)),
    ]


def _friend_consents(world: World) -> list[pl.DataFrame]:
    friends = world.accounts.filter(pl.col("is_friend"))
    account, person = friends["account"].to_numpy(), friends["person"].to_numpy()
    granted = _lucky(account, "wecom", world.settings.consent.wecom_granted, world)
    ended = friends["unfriended_at"].to_numpy()
    subject = np.full(len(account), EXTERNAL)
    added = friends["befriended_at"].to_numpy()
    at = np.clip(added + 600, world.window.start, world.window.end - 31)
    grant = _rows(person, account, subject, at, "marketing", "wecom", "granted", "consent", "wecom")
    source = "event:del_follow_user"
    end = _rows(
        person,
        account,
        subject,
        ended,
        "marketing",
        "wecom",
        "withdrawn",
        "relationship_ended",
        source,
    )
    return [grant.filter(pl.Series(granted)), end.filter(pl.Series(ended > 0))]


def _follower_consents(world: World) -> list[pl.DataFrame]:
    rates = world.settings.consent
    followers = world.accounts.filter(pl.col("follows"))
    account, person = followers["account"].to_numpy(), followers["person"].to_numpy()
    subject = np.full(len(account), OPENID)
    since = followers["followed_at"].to_numpy()
    at = np.clip(since + 300, world.window.start, world.window.end - 31)
    granted = _lucky(account, "oa", rates.official_account_granted, world)
    revokes = _lucky(account, "revoked", rates.revoked, world)
    later = _within(at + DAY, account, "revoked at", world)
    grant = _rows(person, account, subject, at, "marketing", "oa", "granted", "consent", "oa_menu")
    source = "event:user_authorization_revoke"
    revoked = _rows(
        person, account, subject, later, "profile", "oa", "withdrawn", "consent", source
    )
    return [grant.filter(pl.Series(granted)), revoked.filter(pl.Series(revokes))]


def _ad_consents(world: World) -> pl.DataFrame:
    accounts = world.accounts.filter(~pl.col("is_second"))
    account, person = accounts["account"].to_numpy(), accounts["person"].to_numpy()
    since = world.people["starts_at"].to_numpy()[person]
    at = _within(since + 3 * DAY, account, "ad at", world)
    granted = _lucky(account, "ad", world.settings.consent.ad_platform_granted, world)
    rows = _rows(
        person,
        account,
        np.full(len(account), UNIONID),
        at,
        "share_to_third_party",
        "ad_platform",
        "granted",
        "separate_consent",
        "miniapp",
    )
    return rows.filter(pl.Series(granted))


def _rows(
    person: Ints,
    account: Ints,
    subject: Ints,
    at: Ints,
    purpose: str,
    channel: str,
    status: str,
    basis: str,
    source: str,
) -> pl.DataFrame:
    words = {
        "purpose": purpose,
        "channel": channel,
        "status": status,
        "basis": basis,
        "source": source,
        "reply": "",
    }
    return pl.DataFrame(
        {
            "person": person.astype(np.int64),
            "account": account.astype(np.int64),
            "subject": subject.astype(np.int8),
            "at": at.astype(np.int64),
        }
    ).with_columns(**{name: pl.lit(word) for name, word in words.items()})


def _first_accounts(world: World) -> Ints:
    table = np.full(world.people.height, -1)
    first = world.accounts.filter(~pl.col("is_second"))
    table[first["person"].to_numpy()] = first["account"].to_numpy()
    return table


def _lucky(index: Ints, salt: str, share: float, world: World) -> Flags:
    return chance(index, salt=f"consent {salt}", seed=world.seed, share=share)


def _draw(index: Ints, salt: str, world: World) -> np.ndarray:
    return picked(index, salt=f"consent {salt}", seed=world.seed, below=1_000_000) / 1_000_000


def _within(earliest: Ints, index: Ints, salt: str, world: World) -> Ints:
    """Some days after, inside the window."""
    moments = np.maximum(earliest, world.window.start) + (
        _draw(index, salt, world) * 8 * DAY
    ).astype(int)
    inside = np.clip(moments, world.window.start, world.window.end - 31)
    return np.asarray(inside)
