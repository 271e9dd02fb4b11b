"""Identity assets: which identifiers belong to one person. The logic is in siyu.identity."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

TABLES = {
    "identity_nodes": "One row per (namespace, scope, identifier): the customer it belongs to.",
    "identity_records": "One row per source record: the customer it belongs to.",
    "identity_links": "One row per link seen between two identifiers: used or blocked, and why.",
    "identity_shared": "One row per identifier that many people share; it links nothing.",
    "identity_log": "One row per event in the life of a customer id.",
}
