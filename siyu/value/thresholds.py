"""The settings of ``config/tiers.yml``: every number a tier depends on, under one version."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from siyu.config_file import load_config

Share = Annotated[Decimal, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
ThresholdMode = Literal["fixed", "mean", "median", "score_mean"]


class Settings(BaseModel):
    """Settings that refuse what they do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RfmThresholds(Settings):
    """When recency is near, frequency high and the amount high.

    Attributes:
        score_levels: Number of scores, 1 to this.
        threshold_mode: What parts near from far and high from low.
        recency_days: r* in days; null = from the gaps between orders.
        recency_gap_share: Percentile of the gaps that r* is, 0 to 1.
        recency_days_without_gaps: r* while nobody has bought twice.
        gaps_to_freeze: Fewer gaps before the quarter than this, and the present ones are used.
        order_days: f*, order days.
        net_amount: m* in yuan; null = geometric mean of the customers' net amounts.
    """

    score_levels: Annotated[int, Field(ge=2, le=10)] = 5
    threshold_mode: ThresholdMode = "fixed"
    recency_days: Count | None = None
    recency_gap_share: Share = Decimal("0.8")
    recency_days_without_gaps: Count = 90
    gaps_to_freeze: Count = 30
    order_days: Count = 3
    net_amount: Annotated[Decimal, Field(gt=0, decimal_places=2)] | None = None


class ValueThresholds(Settings):
    """Percent ranks among the customers with an order in the window."""

    high_amount_share: Share = Decimal("0.8")
    high_frequency_share: Share = Decimal("0.6")
    low_amount_share: Share = Decimal("0.5")

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.low_amount_share > self.high_amount_share:
            raise ValueError("low_amount_share is above high_amount_share; lower it")
        return self


class ActivityThresholds(Settings):
    """What makes a customer active, and after how many still days dormant.

    Attributes:
        days: Length of the window that is looked at.
        interactions: Touches in it that make a customer active.
        login_days: Days with a login in it that make a customer active.
        purchase_days_at_most: Upper bound of p = ⌈days ÷ median gap between order days⌉.
        dormant_days_at_least: Lower bound of D.
        dormant_gap_share: Percentile of the gaps between event days that D is, 0 to 1.
    """

    days: Count = 30
    interactions: Count = 4
    login_days: Count = 4
    purchase_days_at_most: Count = 4
    dormant_days_at_least: Count = 30
    dormant_gap_share: Share = Decimal("0.99")


class LoyaltyThresholds(Settings):
    """What makes a customer loyal.

    Attributes:
        quarters: Calendar quarters looked at, the running one included.
        quarters_needed: In how many of them the customer must have bought often enough.
        order_days_per_quarter: Order days in such a quarter.
        advocacy: Acts of advocacy in the window.
        potential_order_days: Order days in the window from which a customer may become loyal.
    """

    quarters: Count = 4
    quarters_needed: Count = 2
    order_days_per_quarter: Count = 3
    advocacy: Count = 1
    potential_order_days: Count = 2

    @model_validator(mode="after")
    def _check_quarters(self) -> Self:
        if self.quarters_needed > self.quarters:
            raise ValueError("quarters_needed is more than quarters; nobody would be loyal")
        return self


class TierThresholds(Settings):
    """All thresholds of RFM and tiers.

    Attributes:
        version: Written on every row; change it with any number below.
        window_days: Length of W, the as-of date included.
    """

    version: Annotated[str, Field(min_length=1)]
    window_days: Count = 365
    rfm: RfmThresholds = RfmThresholds()
    value: ValueThresholds = ValueThresholds()
    activity: ActivityThresholds = ActivityThresholds()
    loyalty: LoyaltyThresholds = LoyaltyThresholds()


def load_thresholds(path: Path) -> TierThresholds:
    """Read ``config/tiers.yml``.

    Raises:
        ConfigError: A setting is wrong, missing or unknown; the message names its line.
    """
    return load_config(path, TierThresholds)
