"""What assets run with: one home, its stores, dbt and the published warehouse."""

import dagster as dg

from assets.dbt_build import DbtBuild
from assets.identity_memory import IdentityMemory
from assets.ledger import Ledger
from assets.published import PublishedWarehouse
from assets.stores import HomeStore, ParquetStore


def for_environment() -> dict[str, dg.ConfigurableResource]:
    """Resources of the home named by ``SIYU_HOME``, read when a run starts."""
    home = HomeStore(root=dg.EnvVar("SIYU_HOME"))
    exchange = ParquetStore(home=home, folder="exchange")
    return {
        "home": home,
        "exchange": exchange,
        "ledger": Ledger(home=home),
        "memory": IdentityMemory(home=home, exchange=exchange),
        "dbt": DbtBuild(home=home),
        "published": PublishedWarehouse(home=home),
    }
