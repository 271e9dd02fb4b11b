"""Cells of the CSV files people open: strangers typed them, and a spreadsheet may run them."""

# a spreadsheet takes a cell that starts like this for a formula
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def without_formula(cell: str) -> str:
    """A cell as text, also for a spreadsheet.

    Examples:
        >>> without_formula("=1+2"), without_formula("1+2")
        ("'=1+2", '1+2')
    """
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
