"""What a border check says: passed or not, with numbers and without anyone's data."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """One expectation, met or not.

    Attributes:
        name: Which one, in words.
        passed: Whether it was met.
        evaluated: Rows looked at; null where the table as a whole is.
        unexpected_count: Rows that did not meet it.
        unexpected_percent: The same of a hundred.
        observed: What was seen instead of rows, such as a number of rows.
    """

    name: str
    passed: bool
    evaluated: int | None = None
    unexpected_count: int | None = None
    unexpected_percent: float | None = None
    observed: int | None = None

    def __str__(self) -> str:
        """The expectation and how far off it was."""
        if self.unexpected_count is not None:
            of_rows = f" of {self.evaluated}" if self.evaluated else ""
            return f"{self.name}, but not in {self.unexpected_count}{of_rows} rows"
        return f"{self.name}, but found {self.observed}" if self.observed is not None else self.name


@dataclass(frozen=True)
class Verdict:
    """The judgement of one source's new files, or of one audience file.

    Attributes:
        subject: Name of the source or the audience.
        outcomes: Every expectation, over all files together.
        refused: Export file → why it is refused; empty when all passed.
    """

    subject: str
    outcomes: tuple[Outcome, ...]
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every expectation was met."""
        return all(outcome.passed for outcome in self.outcomes)

    @property
    def reason(self) -> str | None:
        """The expectations that were not met, in one line; null when all were."""
        return describe_failures(self.outcomes)

    @property
    def metadata(self) -> dict[str, Any]:
        """Plain numbers and words for whoever shows the verdict."""
        return {
            "subject": self.subject,
            "passed": self.passed,
            "reason": self.reason,
            "expectations": [asdict(outcome) for outcome in self.outcomes],
            "refused": dict(self.refused),
        }


def describe_failures(outcomes: tuple[Outcome, ...]) -> str | None:
    """The expectations that were not met, in one line; null when all were."""
    failed = [str(outcome) for outcome in outcomes if not outcome.passed]
    return "; ".join(failed) or None
