"""Every setting a night reads after its exports have landed, looked at before it changes anything.

Sources, pulls and audiences are read earlier still: they decide which assets there are.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from assets.likely import MODEL
from assets.project import CONFIG
from siyu.config_file import load_config
from siyu.consent.rules import load_consent_rules
from siyu.identity.model import ProbabilisticModel
from siyu.identity.rules import IdentityRules
from siyu.privacy.retention import load_retention
from siyu.profile.survivorship import Survivorship
from siyu.publication import load_publication
from siyu.value.thresholds import load_thresholds

READERS: Mapping[str, Callable[[Path], object]] = {
    "retention.yml": load_retention,
    "survivorship.yml": partial(load_config, model=Survivorship),
    "identity.yml": partial(load_config, model=IdentityRules),
    "tiers.yml": load_thresholds,
    "consent.yml": load_consent_rules,
    "publication.yml": load_publication,
}


def check_settings() -> None:
    """Read every setting once.

    Raises:
        ConfigError: A file cannot be used: which line, and what is wrong with it.
    """
    for name, read in READERS.items():
        read(CONFIG / name)
    if MODEL.exists():
        load_config(MODEL, ProbabilisticModel)
