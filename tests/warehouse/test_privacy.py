"""Nothing in the published schema names a person in the clear."""

import re

import polars as pl

ADDRESSES = ("文三路测试小区", "张江路测试大厦", "测试大道5号")
PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+")


def _published_texts(warehouse):
    tables = warehouse.rows(
        "select table_name from information_schema.tables where table_schema = 'marts'"
    )
    for (table,) in tables:
        rows = warehouse.table(f"marts.{table}")
        for column in rows.select(pl.col(pl.String)).columns:
            for value in rows[column].drop_nulls().unique():
                yield f"{table}.{column}", value


def test_no_identifier_of_a_person_is_published(of_samples):
    identifiers = [
        identifier
        for (identifier,) in of_samples.rows(
            "select distinct identifier from vault.customer_identifiers "
            "where namespace like '%openid%' or namespace in "
            "('phone', 'email', 'wechat_unionid', 'wecom_external_userid')"
        )
    ]

    leaks = {
        place
        for place, value in _published_texts(of_samples)
        if any(identifier in value for identifier in identifiers)
    }

    assert len(identifiers) > 20
    assert leaks == set()


def test_no_phone_email_or_address_is_published(of_samples):
    leaks = {
        (place, value)
        for place, value in _published_texts(of_samples)
        if PHONE.search(value)
        or EMAIL.search(value)
        or any(address in value for address in ADDRESSES)
    }

    assert leaks == set()
