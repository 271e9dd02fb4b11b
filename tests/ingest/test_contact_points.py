"""E-mails as exports show them: an address, or nothing."""

import polars as pl
import pytest

from assets.project import CONFIG
from siyu.config_file import load_config
from siyu.identity.block_lists import blocked_reason
from siyu.identity.rules import IdentityRules
from siyu.ingest.contact_points import read_emails
from siyu.spreadsheet_cells import FORMULA_STARTS


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_an_email_that_begins_like_a_formula_is_none_and_links_nothing(start):
    shown = pl.Series([f"{start}cmd@example.com", "c=m+d-@example.com"])
    assert read_emails(shown).to_list() == [None, "c=m+d-@example.com"]
    # some exports give an identifier in a column that is no e-mail's: a consent's subject
    nodes = shown.to_frame("identifier").with_columns(namespace=pl.lit("email"))
    rules = load_config(CONFIG / "identity.yml", IdentityRules)
    reasons = nodes.select(blocked_reason(rules))["blocked_reason"]
    assert reasons.to_list() == ["unusable", None]
