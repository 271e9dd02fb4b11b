"""How much of each reality the demo brand holds: the rates of ``config/demo.yml``.

What a rate does to people, orders and files stands in the module that uses it.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from siyu.config_file import read_config_file

Share = Annotated[float, Field(ge=0, le=1)]
Period = Literal["day", "month", "quarter"]
Preset = Literal["standard", "hard"]


class _Rates(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LifeRates(_Rates):
    """What kinds of customers there are; weights, scaled to a sum of 1."""

    follower: Share = 0.13
    one_time: Share = 0.42
    occasional: Share = 0.19
    loyal: Share = 0.11
    dormant: Share = 0.09
    new: Share = 0.06
    big_basket: Share = 0.12
    still_looking: Share = 0.14


class ContactRates(_Rates):
    """Shares of people a channel knows."""

    wechat: Share = 0.94
    official_account: Share = 0.50
    baby_club_account: Share = 0.12
    wecom: Share = 0.46
    miniprogram: Share = 0.34
    store_member: Share = 0.12
    group: Share = 0.32
    survey: Share = 0.06
    second_guide: Share = 0.15


class IdentityRates(_Rates):
    """What makes it hard to tell who is who."""

    second_wechat: Share = 0.03
    household_phone: Share = 0.05
    recycled_number: Share = 0.01
    wecom_without_unionid: Share = 0.10
    profile_without_unionid: Share = 0.15
    unbound_miniprogram: Share = 0.15
    remark_phone: Share = 0.55
    remark_typo: Share = 0.04
    remark_written_freely: Share = 0.10
    tablet_sign_up: Share = 0.02
    tablets: int = Field(default=3, ge=0)
    unsubscribed: Share = 0.12
    friend_lost: Share = 0.10
    gift_receiver: Share = 0.04
    shop_phone_receiver: Share = 0.012
    shop_phones: int = Field(default=4, ge=1, le=400)
    junk_phone: Share = 0.004
    masked_phone: Share = 0.35
    virtual_phone: Share = 0.12
    ciphered_phone: Share = 0.45
    old_dump_profile: Share = 0.03


class OrderRates(_Rates):
    """What becomes of orders."""

    unpaid: Share = 0.04
    full_refund: Share = 0.04
    part_refund: Share = 0.03
    split_refund: Share = 0.35
    failed_refund: Share = 0.03
    cash_on_delivery: Share = 0.05
    split_parcel: Share = 0.02
    store_void: Share = 0.01
    bill_only: Share = 0.02
    bill_comma: Share = 0.0
    trade_api: Share = 0.75
    free_shipping_from_yuan: int = Field(default=99, ge=0)


class EngagementRates(_Rates):
    """What people do beside buying."""

    sessions_per_month: float = Field(default=4.0, ge=0, le=60)
    events_per_session: float = Field(default=2.2, ge=1, le=20)
    repeated_event: Share = 0.005
    second_device: Share = 0.15
    share_visit: Share = 0.02
    review: Share = 0.12
    nps_answer: Share = 0.10
    service_talk: Share = 0.06
    complaint: Share = 0.01
    referral: Share = 0.04
    group_lurker: Share = 0.60


class ConsentRates(_Rates):
    """What people allowed and took back."""

    sms_granted: Share = 0.62
    sms_withdrawn: Share = 0.06
    sms_reply: Share = 0.05
    wecom_granted: Share = 0.70
    official_account_granted: Share = 0.60
    ad_platform_granted: Share = 0.18
    revoked: Share = 0.01


class CampaignRates(_Rates):
    """Campaigns whose true effect is written beside them."""

    reached: Share = 0.25
    holdout: Share = 0.10
    uplift: Share = 0.05


class FileRates(_Rates):
    """How exports are cut into files, and what happens to files on the way."""

    taobao_order: Period = "quarter"
    jd_order: Period = "quarter"
    douyin_order: Period = "month"
    marketplace_sheets: Period = "quarter"
    wxapp_order: Period = "month"
    wxpay_bill: Period = "month"
    alipay_bill: Period = "month"
    youzan_trade: Period = "month"
    pospal_ticket: Period = "month"
    sensors_event: Period = "month"
    contacts: Period = "quarter"
    rows_per_page: int = Field(default=50_000, ge=50)
    overlap_days: int = Field(default=2, ge=0, le=30)
    damaged: bool = True
    duplicates: int = Field(default=3, ge=0, le=50)
    headings_drift: bool = True


class DemoSettings(_Rates):
    """Everything that can be set about the demo brand."""

    life: LifeRates = LifeRates()
    contact: ContactRates = ContactRates()
    identity: IdentityRates = IdentityRates()
    order: OrderRates = OrderRates()
    engagement: EngagementRates = EngagementRates()
    consent: ConsentRates = ConsentRates()
    campaign: CampaignRates = CampaignRates()
    file: FileRates = FileRates()


class DemoPresets(BaseModel):
    """The presets of ``config/demo.yml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    standard: DemoSettings
    hard: DemoSettings


def load_demo_settings(path: Path, preset: Preset) -> DemoSettings:
    """Settings of one preset; a rate the file leaves out has its default.

    Raises:
        ConfigError: The file cannot be read, or a rate is unknown or out of range; the message
            names the line.
    """
    return getattr(read_config_file(path).parse(DemoPresets), preset)  # type: ignore[no-any-return]
