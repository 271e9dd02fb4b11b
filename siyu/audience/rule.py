"""The ``where:`` of an audience: an SQL condition over documented columns, checked before use.

Three-valued logic holds: a condition that meets null is unknown, and unknown does not match.
"""

from dataclasses import dataclass

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError

from siyu.audience.columns import PROFILE_SCHEMA
from siyu.audience.rule_checks import DIALECT, RuleError, check_rule

# rendered for polars, whose SQL follows PostgreSQL's spelling
RENDERED = "postgres"


@dataclass(frozen=True)
class Rule:
    """A checked rule.

    Attributes:
        text: SQL as polars reads it.
        columns: Profile columns it uses, sorted.
    """

    text: str
    columns: tuple[str, ...]

    def match(self, profile: pl.DataFrame) -> pl.DataFrame:
        """The rows for which the rule is true; false and unknown are left out."""
        return profile.filter(pl.sql_expr(self.text))


def parse_rule(text: str) -> Rule:
    """Check a rule and make it ready for use.

    Raises:
        RuleError: No SQL condition, an unknown column or value, a sub-query, a function outside
            the list, or types that cannot be compared.

    Examples:
        >>> parse_rule("value_tier = 'high' and recency_days > 90").columns
        ('recency_days', 'value_tier')
    """
    tree = _parse(text)
    check_rule(tree)
    columns = tuple(sorted({column.name for column in tree.find_all(exp.Column)}))
    rule = Rule(text=tree.sql(dialect=RENDERED, comments=False), columns=columns)
    _try_on_nobody(rule)
    return rule


def _try_on_nobody(rule: Rule) -> None:
    """What only the engine sees, such as a date that is none."""
    try:
        rule.match(pl.DataFrame(schema=PROFILE_SCHEMA))
    except (pl.exceptions.PolarsError, TypeError, ValueError) as refused:
        problem = str(refused).split("\n", maxsplit=1)[0]
        raise RuleError(1, f"cannot be evaluated: {problem}") from refused


def _parse(text: str) -> exp.Expr:
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect=DIALECT) if tree is not None]
    except ParseError as refused:
        found = refused.errors[0]
        raise RuleError(int(found["line"] or 1), f"is no SQL: {found['description']}") from refused
    except TokenError as refused:
        raise RuleError(1, "is no SQL: a quote or bracket is not closed") from refused
    if len(trees) != 1:
        raise RuleError(1, "must be one condition, without semicolons")
    return trees[0].transform(_lower_column).transform(_keep_null_safe)


def _keep_null_safe(node: exp.Expr) -> exp.Expr:
    """Polars 2.1 reads ``a is true`` as ``a = true``, which is unknown where a is."""
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Boolean):
        return exp.NullSafeEQ(this=node.this, expression=node.expression)
    return node


def _lower_column(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Identifier) and not node.quoted:
        node.set("this", node.name.lower())
    return node
