"""The settings of ``config/consent.yml``: what each channel needs before it may be used."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from siyu.config_file import load_config


class ChannelRule(BaseModel):
    """What must be true for one channel.

    Attributes:
        needs: ``grant`` = a standing grant for purpose and channel; ``relation`` = a living
            relation on the channel and no standing withdrawal.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    needs: Literal["grant", "relation"]


class ConsentRules(BaseModel):
    """All rules of consent.

    Attributes:
        version: Written into every audience manifest.
        channels: Channel → rule; a channel that is not named may not be used.
        every_channel: Channel words of exports that mean all channels.
        every_purpose: Purpose words of exports that mean all purposes.
        blocking_purposes: Purposes whose withdrawal ends all automated marketing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[str, Field(min_length=1)]
    channels: dict[str, ChannelRule]
    every_channel: tuple[str, ...] = ()
    every_purpose: tuple[str, ...] = ()
    blocking_purposes: tuple[str, ...] = ()


def load_consent_rules(path: Path) -> ConsentRules:
    """Read ``config/consent.yml``.

    Raises:
        ConfigError: A setting is wrong, missing or unknown; the message names its line.
    """
    return load_config(path, ConsentRules)
