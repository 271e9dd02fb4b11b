"""What a rule may hold: documented columns, listed functions, values that exist, types that fit."""

from collections.abc import Iterator

import polars as pl
from sqlglot import exp

from siyu.audience.columns import COLUMNS_BY_NAME
from siyu.errors import SiyuError

DIALECT = "duckdb"

# kinds of values; null (None) fits every kind
NUMBER, TEXT, DATE, CONDITION = "number", "text", "date", "condition"

STRUCTURE = (
    exp.And,
    exp.Or,
    exp.Not,
    exp.Paren,
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Boolean,
    exp.Null,
    exp.Neg,
    exp.Add,
    exp.Sub,
    exp.Mul,
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.Is,
    exp.In,
    exp.Between,
    exp.Like,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
)
FUNCTIONS: dict[type[exp.Expr], str] = {
    exp.Coalesce: "coalesce",
    exp.Abs: "abs",
    exp.Lower: "lower",
    exp.Upper: "upper",
    exp.Length: "length",
    exp.StartsWith: "starts_with",
}


SAME = "same"
# part → the kind its operands must have (None = any one kind), the kind it has itself
SIGNATURES: dict[type[exp.Expr], tuple[str | None, str]] = {
    exp.Boolean: (None, CONDITION),
    exp.Paren: (None, SAME),
    exp.Coalesce: (None, SAME),
    exp.And: (CONDITION, CONDITION),
    exp.Or: (CONDITION, CONDITION),
    exp.Not: (CONDITION, CONDITION),
    exp.Neg: (NUMBER, NUMBER),
    exp.Add: (NUMBER, NUMBER),
    exp.Sub: (NUMBER, NUMBER),
    exp.Mul: (NUMBER, NUMBER),
    exp.Abs: (NUMBER, NUMBER),
    exp.Like: (TEXT, CONDITION),
    exp.StartsWith: (TEXT, CONDITION),
    exp.Lower: (TEXT, TEXT),
    exp.Upper: (TEXT, TEXT),
    exp.Length: (TEXT, NUMBER),
}


class RuleError(SiyuError):
    """A rule that cannot be used.

    Attributes:
        line: 1-based line within the rule's text.
        problem: What is wrong and what to do.
    """

    def __init__(self, line: int, problem: str) -> None:
        """Keep the line, so that whoever read the file can name its own."""
        super().__init__(f"line {line} of the rule: {problem}")
        self.line = line
        self.problem = problem


def check_rule(tree: exp.Expr) -> None:
    """Look at every part of a parsed rule.

    Raises:
        RuleError: The first part that may not be used, with its line.
    """
    for node in tree.walk():
        _check_node(node)
    if _kind_of(tree) != CONDITION:
        raise RuleError(1, "must be a condition that is true or false")


def _check_node(node: exp.Expr) -> None:
    if isinstance(node, exp.Column):
        _check_column(node)
    elif isinstance(node, exp.Query | exp.Subquery) or node.args.get("query"):
        raise RuleError(_line_of(node), "sub-queries are not allowed; use profile columns")
    elif isinstance(node, exp.Cast | exp.DataType):
        if not _is_date_literal(node):
            raise RuleError(_line_of(node), "casts are not allowed but in date 'YYYY-MM-DD'")
    elif not isinstance(node, (*STRUCTURE, *FUNCTIONS)):
        shown = node.sql(dialect=DIALECT).split("(")[0].lower()
        raise RuleError(
            _line_of(node),
            f"{shown[:40]!r} is not allowed; functions are {', '.join(sorted(FUNCTIONS.values()))}",
        )
    _check_values(node)


def _check_column(node: exp.Column) -> None:
    if node.table:
        raise RuleError(_line_of(node), f"write {node.name}, without {node.table}.")
    if node.name not in COLUMNS_BY_NAME:
        raise RuleError(
            _line_of(node),
            f"unknown column {node.name!r}; columns are {', '.join(sorted(COLUMNS_BY_NAME))}",
        )


def _check_values(node: exp.Expr) -> None:
    """A value a closed column never has would match nobody, in silence."""
    for column, literal in _compared_texts(node):
        values = COLUMNS_BY_NAME[column].values if column in COLUMNS_BY_NAME else ()
        if values and literal.this not in values:
            raise RuleError(
                _line_of(literal),
                f"{column} is never {literal.this!r}; values are {', '.join(values)}",
            )


def _compared_texts(node: exp.Expr) -> Iterator[tuple[str, exp.Literal]]:
    if isinstance(node, exp.EQ | exp.NEQ | exp.NullSafeEQ | exp.NullSafeNEQ):
        sides = (node.this, node.expression)
        pairs = [sides, sides[::-1]]
    elif isinstance(node, exp.In):
        pairs = [(node.this, value) for value in node.expressions]
    else:
        return
    for column, value in pairs:
        if isinstance(column, exp.Column) and isinstance(value, exp.Literal) and value.is_string:
            yield column.name, value


def _is_date_literal(node: exp.Expr) -> bool:
    cast = node.parent if isinstance(node, exp.DataType) else node
    return (
        isinstance(cast, exp.Cast)
        and cast.to.is_type("date")
        and isinstance(cast.this, exp.Literal)
        and cast.this.is_string
    )


def _kind_of(node: exp.Expr) -> str | None:
    """The kind of value a part has; its operands are checked on the way."""
    if isinstance(node, exp.Column):
        return _kind_of_column(node)
    if isinstance(node, exp.Literal):
        return TEXT if node.is_string else NUMBER
    if isinstance(node, exp.Null):
        return None
    if isinstance(node, exp.Cast):
        return DATE
    wanted, result = SIGNATURES.get(type(node), (None, CONDITION))
    operands = [_kind_of(part) for part in _operands_of(node)]
    found = {kind for kind in operands if kind is not None}
    shown = repr(node.sql(dialect=DIALECT)[:60])
    if len(found) > 1:
        raise RuleError(_line_of(node), f"{shown} puts {' and '.join(sorted(found))} together")
    if wanted is not None and found - {wanted}:
        raise RuleError(_line_of(node), f"{shown} needs a {wanted}, not a {found.pop()}")
    return next(iter(found), None) if result == SAME else result


def _kind_of_column(node: exp.Column) -> str:
    dtype = COLUMNS_BY_NAME[node.name].dtype
    if dtype == pl.Boolean():
        return CONDITION
    if dtype == pl.Date():
        return DATE
    return TEXT if dtype == pl.String() else NUMBER


def _operands_of(node: exp.Expr) -> list[exp.Expr]:
    return [part for part in node.iter_expressions() if not isinstance(part, exp.Identifier)]


def _line_of(node: exp.Expr) -> int:
    lines = [part.meta["line"] for part in node.walk() if "line" in part.meta]
    return min(lines) if lines else 1
