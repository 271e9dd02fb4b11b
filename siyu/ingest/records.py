"""The common form every reader brings an export into: records of text under canonical names."""

from dataclasses import dataclass, field

import polars as pl

from siyu.ingest.refusals import RejectedRow
from siyu.ingest.rows import Header

LINE = "_line_number"
EXTRA = "_extra"


@dataclass(frozen=True)
class RecordBlock:
    """Some records of an export, in their order; all cells are text.

    Attributes:
        records: One String column per declared column the file has, ``_line_number`` Int64,
            ``_extra`` String (JSON object of undeclared cells, null when none).
        rejected: Rows whose structure is broken.
        totals: Cells of the rows below the data that hold totals.
        header: The headings of a table, null for documents.
        ended: Whether what follows is no data any more.
    """

    records: pl.DataFrame
    rejected: list[RejectedRow] = field(default_factory=list)
    totals: list[list[str]] = field(default_factory=list)
    header: Header | None = None
    ended: bool = False
