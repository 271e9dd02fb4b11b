"""Secrets of a pull: handed in by whoever may read the environment, never shown again."""

from collections.abc import Mapping
from urllib.parse import quote, quote_plus

from siyu.pull.failures import PullRefusedError

HIDDEN = "***"


class MissingSecretError(PullRefusedError):
    """A variable a pull names is not set."""


class Secrets:
    """Values of environment variables by name; printing or logging it shows names only."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Keep the values of some variables."""
        self._values = dict(values)

    def __getitem__(self, variable: str) -> str:
        """The value of a variable.

        Raises:
            MissingSecretError: It is not set, or empty.
        """
        if not self._values.get(variable):
            raise MissingSecretError(
                f"the environment variable {variable} is not set; set it where Siyu is started"
            )
        return self._values[variable]

    def __repr__(self) -> str:
        """Names of the variables."""
        return f"Secrets({', '.join(sorted(self._values))})"

    def hide(self, text: str) -> str:
        """A text without the values, also where they stand percent-encoded.

        Examples:
            >>> Secrets({"POS_PASSWORD": "p@ss"}).hide("postgresql://siyu:p%40ss@till failed: p@ss")
            'postgresql://siyu:***@till failed: ***'
        """
        shown = {
            form
            for value in self._values.values()
            for form in (value, value.strip(), quote(value, safe=""), quote_plus(value))
            if form
        }
        for form in sorted(shown, key=len, reverse=True):
            text = text.replace(form, HIDDEN)
        return text
