"""What sqlfluff's templater needs of dbt's `adapter`: dispatch to the macros written for DuckDB."""

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, macro_name: str, macro_namespace: str | None = None) -> Any:
    """Return the default version of a macro, which is the one for DuckDB."""
    return context.resolve(f"default__{macro_name}")


def external_root() -> str:
    """Where hand-offs would be written."""
    return "exchange"
