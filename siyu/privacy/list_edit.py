"""Lists that people keep in the ledger, without a person: suppression lists, overrides.

Their records go whole, because an empty one would be an error.
"""

import csv
import io

from siyu.privacy.reading import Count, Rule
from siyu.privacy.table_edit import TableForm, edit_rows
from siyu.privacy.tombstones import Tombstones


def edit_list(text: str, stones: Tombstones) -> tuple[str, int]:
    """A list without the records of a person.

    Args:
        text: The list, with its headings.
        stones: Of whom.

    Returns:
        The list, and how many records went.
    """
    headings, *records = cut_records(text) or [""]
    names = tuple(name.strip("\ufeff \r\n") for name in headings.split(","))
    form = TableForm(delimiter=",", width=len(names), columns=names)
    rule = Rule(stones)
    kept = [record for record in records if edit_rows(record, 1, form, rule, Count()) == record]
    return "".join([headings, *kept]), len(records) - len(kept)


def cut_records(text: str) -> list[str]:
    r"""The records of a list as its reader sees them, each with its ending.

    Only a line feed ends a line, and none in a quoted cell does. From where a text is no CSV on,
    each line is a record: a quote that never closes takes nobody else's record along.

    Examples:
        >>> cut_records('a,why\n1,"two\nlines"\n2,5" wide\n3,"open\n4,x')
        ['a,why\n', '1,"two\nlines"\n', '2,5" wide\n', '3,"open\n', '4,x']
    """
    lines = list(io.StringIO(text))
    reader = csv.reader(lines, strict=True)
    records, start = [], 0
    try:
        for _ in reader:
            records.append("".join(lines[start : reader.line_num]))
            start = reader.line_num
    except csv.Error:
        pass
    return [*records, *lines[start:]]
