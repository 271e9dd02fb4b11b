"""Which mini-program, openid and payment an order or account has."""

import numpy as np
import polars as pl

from siyu.demo.catalogue import APP_ID, UNBOUND_APP_ID, WECHAT, YOUZAN
from siyu.demo.streams import Ints, chance
from siyu.demo.text_lines import chosen
from siyu.demo.tokens import numbers
from siyu.demo.wall_time import DAY, day_text
from siyu.demo.world import World

WEIXIN_SHARE_OF_YOUZAN = 0.85


def mp_openids(accounts: Ints, world: World) -> pl.Series:
    """Openid of accounts in the mini-program they use; '' for no account."""
    known = np.maximum(accounts, 0)
    openid = chosen(
        uses_unbound(accounts, world), world.ids.store_mp_openid(known), world.ids.mp_openid(known)
    )
    return chosen(pl.Series(accounts >= 0), openid, "")


def app_ids(accounts: Ints, world: World) -> pl.Series:
    """Appid of the mini-program accounts use."""
    return chosen(uses_unbound(accounts, world), UNBOUND_APP_ID, APP_ID)


def uses_unbound(accounts: Ints, world: World) -> pl.Series:
    """Whether accounts use the stores' mini-program, which gives no unionid."""
    return world.accounts["shops_unbound"].gather(pl.Series(np.maximum(accounts, 0)))


def pays_by_weixin(orders: pl.DataFrame, world: World) -> pl.Series:
    """Orders that stand in the WeChat Pay bill: all of the mini-program, most of Youzan."""
    drawn = chance(
        orders["order"].to_numpy(), salt="weixin", seed=world.seed, share=WEIXIN_SHARE_OF_YOUZAN
    )
    platform = orders["platform"]
    return (platform == WECHAT) | ((platform == YOUZAN) & pl.Series(drawn))


def transaction_numbers(orders: pl.DataFrame) -> pl.Series:
    """微信订单号 of orders paid by WeChat Pay."""
    day = day_text(orders["paid_at"].to_numpy() // DAY, "%Y%m%d")
    return "4200002300" + day + numbers(orders["order"].to_numpy(), digits=10)


def merchant_numbers(orders: pl.DataFrame) -> pl.Series:
    """商户订单号 in the bill: the order's own number, for Youzan its payment number."""
    day = day_text(orders["paid_at"].to_numpy() // DAY, "%y%m%d")
    youzan = day + numbers(orders["order"].to_numpy(), digits=12)
    return chosen(orders["platform"] == YOUZAN, youzan, orders["source_order_id"])
