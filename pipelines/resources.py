"""What assets run with: one home, its stores, dbt and the published warehouse."""

import os
from collections.abc import Iterable

import dagster as dg

from assets.dbt_build import DbtBuild
from assets.identity_memory import IdentityMemory
from assets.ledger import Ledger
from assets.published import PublishedWarehouse
from assets.pulls import SecretStore
from assets.stores import HomeStore, ParquetStore
from siyu.pull.secrets import Secrets


class EnvironmentSecrets(SecretStore):
    """Secrets in environment variables, read at the moment a pull needs them."""

    def read(self, variables: Iterable[str]) -> Secrets:
        """Values of those of the variables that are set."""
        return Secrets({name: os.environ[name] for name in variables if name in os.environ})


WAIT_SECONDS = 4 * 3600  # a run of the daemon waits for one started by hand


def held_home() -> HomeStore:
    """The home named by ``SIYU_HOME`` now, for a run that holds it before it makes resources."""
    return HomeStore(root=os.environ["SIYU_HOME"], wait_seconds=WAIT_SECONDS)


def for_environment() -> dict[str, dg.ConfigurableResource]:
    """Resources of the home named by ``SIYU_HOME``, read when a run starts."""
    home = HomeStore(root=dg.EnvVar("SIYU_HOME"), wait_seconds=WAIT_SECONDS)
    exchange = ParquetStore(home=home, folder="exchange")
    return {
        "home": home,
        "exchange": exchange,
        "ledger": Ledger(home=home),
        "secret_store": EnvironmentSecrets(),
        "memory": IdentityMemory(home=home, exchange=exchange),
        "dbt": DbtBuild(home=home),
        "published": PublishedWarehouse(home=home),
    }
