"""Why an export file, or one row of it, is not landed: what was found, where, what to do.

The reason of a refusal or rejection never holds a person's data; what was found may, and stands
only in the private ``quarantine/`` folder.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from siyu.errors import SiyuError
from siyu.plain_text import hide_people

EXPORT_AGAIN = "export it again and put it in place without opening it in Excel"
DOWNLOAD_AGAIN = "download it again"
PACK_AGAIN = "unpack it and put the files in it in place"
CORRECT_CELL = "correct the cell where the export comes from and export it again"

# Excel shows long numbers like this and keeps 15 digits of them; pandas adds .0
ROUNDED_NUMBER = r"^-?[0-9](?:\.[0-9]+)?E\+[0-9]+$|^[0-9]\.[0-9]+[eE]\+?[0-9]+$|^[0-9]+\.0+$"
# a mobile number has 11 digits and no leading zero: nothing of it is lost
WHOLE_MOBILE = r"^1[3-9][0-9]{9}\.0$"
# types whose values are such numbers
ROUNDED_BY_EXCEL = frozenset({"id", "phone"})

REJECTED_SCHEMA = pl.Schema(
    {
        "line": pl.Int64(),
        "column": pl.String(),
        "found": pl.String(),
        "reason": pl.String(),
        "what_to_do": pl.String(),
    }
)


class ExportRefusedError(SiyuError):
    """An export file that cannot be trusted as a whole.

    Attributes:
        problem: What is wrong, without personal data.
        what_to_do: What a person does about it.
        line: Line, sheet row or record where it was seen.
        column: Heading, path or canonical name.
        found: What stands there; may be personal, for quarantine only.
        rows_read: Data rows read before, all of them rejected.
    """

    def __init__(
        self,
        problem: str,
        what_to_do: str,
        *,
        line: int | None = None,
        column: str | None = None,
        found: str | None = None,
        rows_read: int = 0,
    ) -> None:
        """Refuse a file."""
        self.problem = problem
        self.what_to_do = what_to_do
        self.line = line
        self.column = column
        self.found = found
        self.rows_read = rows_read
        super().__init__(self.reason)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel from a worker process."""
        return _refused, (type(self), self.__dict__.copy())

    @property
    def reason(self) -> str:
        """The whole explanation in one line, without personal data."""
        place = [f"line {self.line}"] if self.line is not None else []
        place += [f"column {self.column}"] if self.column is not None else []
        where = f"{', '.join(place)}: " if place else ""
        return hide_people(f"{where}{self.problem}; {self.what_to_do}")


def _refused(kind: type[ExportRefusedError], state: dict[str, Any]) -> ExportRefusedError:
    error = kind.__new__(kind)
    error.__dict__.update(state)
    error.args = (error.reason,)
    return error


class HeadingsMissingError(ExportRefusedError):
    """A table that is not the export it should be; another table of the file may be."""


def rounded_ids(heading: str, *, line: int, found: str) -> ExportRefusedError:
    """The refusal of a file whose long ids a spreadsheet turned into numbers."""
    return ExportRefusedError(
        f"{heading} is a rounded number, the file was re-saved by Excel",
        EXPORT_AGAIN,
        line=line,
        column=heading,
        found=found,
    )


@dataclass(frozen=True)
class RejectedRow:
    """One row that is not landed while its file is.

    Attributes:
        line: Line, sheet row or record where the row starts.
        column: Canonical name of the cell that is wrong, '' for the row as a whole.
        found: What stands there, for quarantine only.
        reason: What is wrong, without personal data.
        what_to_do: What a person does about it.
    """

    line: int
    column: str
    found: str
    reason: str
    what_to_do: str


def rejected_frame(rows: list[RejectedRow]) -> pl.DataFrame:
    """Rejected rows as a frame of ``REJECTED_SCHEMA``."""
    return pl.DataFrame(
        [(row.line, row.column, row.found, row.reason, row.what_to_do) for row in rows],
        schema=REJECTED_SCHEMA,
        orient="row",
    )
