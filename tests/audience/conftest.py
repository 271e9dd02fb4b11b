"""A small world for audience tests: builders with one row of defaults each."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from siyu.audience.columns import PROFILE_SCHEMA
from siyu.audience.spec import AudienceSpec
from siyu.consent.rules import load_consent_rules
from tests.consent_events import consent_events

CONFIG = Path(__file__).parents[2] / "config"
AS_OF = date(2026, 6, 18)

SPEC = {
    "audience": "test_wecom",
    "title": {"zh": "测试", "en": "Test"},
    "owner": "crm",
    "purpose": "marketing",
    "channel": "wecom",
    "where": "value_tier = 'high'",
    "holdout": {"share": 0, "experiment": "none"},
    "destination": {"format": "members_only"},
}
PERSON = {
    "value_tier": "high",
    "activity_tier": "dormant",
    "loyalty_tier": "none",
    "net_amount": Decimal("100.00"),
    "is_anonymous": False,
}


class World:
    """Builders of the frames an audience is built from."""

    as_of_date = AS_OF
    config = CONFIG
    rules = load_consent_rules(CONFIG / "consent.yml")

    @staticmethod
    def spec(**changes):
        return AudienceSpec.model_validate({**SPEC, **changes})

    @staticmethod
    def profile(*people):
        """People are dicts with ``customer_id`` and what differs from `PERSON`."""
        rows = [{**dict.fromkeys(PROFILE_SCHEMA), **PERSON, **person} for person in people]
        return pl.DataFrame(rows, schema=PROFILE_SCHEMA, orient="row")

    @staticmethod
    def contact_points(*rows, channel="wecom"):
        """Rows of (customer, address, sender, ISO moment or None, is_reachable, is_verified).

        What is not said to be unverified is verified.
        """
        return pl.DataFrame(
            [
                (
                    *(who, channel, address, "", sender, alive),
                    *(verified or (True,)),
                    since and datetime.fromisoformat(since),
                )
                for who, address, sender, since, alive, *verified in rows
            ],
            schema={
                "customer_id": pl.String,
                "channel": pl.String,
                "address": pl.String,
                "scope": pl.String,
                "sender": pl.String,
                "is_reachable": pl.Boolean,
                "is_verified": pl.Boolean,
                "since": pl.Datetime("us"),
            },
            orient="row",
        )

    @staticmethod
    def consents(*rows):
        """Rows of (customer, identifier, channel, state, ISO moment); purpose marketing."""
        kinds = {"sms": "phone", "email": "email", "wecom": "wecom_external_userid"}
        return consent_events(
            (
                who,
                kinds.get(channel, "wechat_unionid"),
                identifier,
                "marketing",
                channel,
                state,
                datetime.fromisoformat(at),
            )
            for who, identifier, channel, state, at in rows
        )

    @staticmethod
    def suppressions(*rows):
        """Rows of (list, customer)."""
        return pl.DataFrame(
            list(rows),
            schema={"suppression_list": pl.String, "customer_id": pl.String},
            orient="row",
        )


@pytest.fixture
def world():
    return World
