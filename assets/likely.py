"""The probabilistic option at night: off, or on with Splink's own database beside the warehouse."""

from functools import partial
from typing import Any

import duckdb

from assets.project import CONFIG
from assets.stores import ParquetStore
from siyu.config_file import load_config
from siyu.identity.changes import Input
from siyu.identity.likely import NOBODY, Likely, find_likely
from siyu.identity.model import ProbabilisticModel
from siyu.identity.probabilistic import ProbabilisticExtraMissingError, score_pairs
from siyu.identity.rules import IdentityRules

MODEL = CONFIG / "identity_model.yml"


def write_likely(observed: Input, exchange: ParquetStore) -> None:
    """Write who is likely one person; nobody while the option is off.

    Raises:
        ProbabilisticExtraMissingError: The option is on and Splink is not installed.
    """
    # a brand's own config folder need not hold the option
    model = load_config(MODEL, ProbabilisticModel) if MODEL.exists() else None
    found = _find(observed, exchange, model) if model and model.enabled else NOBODY
    exchange.write("identity_likely", found.groups)
    exchange.write("identity_likely_links", found.links)


def _find(observed: Input, exchange: ParquetStore, model: ProbabilisticModel) -> Likely:
    return find_likely(
        exchange.read("identity_records"),
        exchange.read("identity_nodes"),
        observed,
        rules=load_config(CONFIG / "identity.yml", IdentityRules),
        model=model,
        score=partial(score_pairs, database=_splink_database()),
    )


def _splink_database() -> Any:
    try:
        from splink import DuckDBAPI
    except ImportError as missing:
        raise ProbabilisticExtraMissingError(
            f"{MODEL.name} turns the probabilistic option on, which needs Splink: "
            "pip install 'siyu[probabilistic]', or set enabled: false."
        ) from missing
    # in memory and nowhere else: profiles are people's names and birthdays
    return DuckDBAPI(connection=duckdb.connect(config={"temp_directory": ""}))
