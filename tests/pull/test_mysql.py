"""Pulls from MySQL, against a real server that speaks it."""

from collections.abc import Callable

import pytest

from tests.mysql import DATABASE, HOST, USER, MysqlServer
from tests.pull.conftest import Puller

TICKETS = """
create or replace table tickets (
    `流水号` bigint unsigned, sold_at datetime(3), stamped timestamp, paid decimal(20, 4),
    name text, is_void bool
)
"""
ROWS = r"""
insert into tickets values
    (18446744073709551615, '2026-06-18 20:00:00.5', from_unixtime(1781784000),
     1234567890123456.7891, '面霜 "䶮" 🌸', true),
    (2, '2026-06-18 21:00:00', null, null, null, null)
"""


@pytest.fixture
def declaration(mysql_server: MysqlServer, puller: Puller, shows_no: Callable[[str], None]) -> str:
    puller.secrets = {"TILL_PASSWORD": mysql_server.password}
    shows_no(mysql_server.password)
    mysql_server.execute(TICKETS, ROWS)
    return f"""\
kind: mysql
source: pos_sales
host: {HOST}
port: {mysql_server.port}
database: {DATABASE}
user: {USER}
password_env: TILL_PASSWORD
tls: none
table: tickets
columns:
  {{流水号: 流水号, 销售时间: sold_at, 打印时间: stamped, 实收: paid, 姓名: name, 作废: is_void}}
"""


def test_every_digit_arrives(puller: Puller, declaration: str):
    puller.pull(puller.declare("till", declaration))
    (content,) = puller.raw().values()
    assert sorted(content.decode().splitlines()) == [
        '"18446744073709551615","2026-06-18 20:00:00.500","2026-06-18 20:00:00",'
        '"1234567890123456.7891","面霜 ""䶮"" 🌸","1"',
        '"2","2026-06-18 21:00:00.000","","","",""',
        '"流水号","销售时间","打印时间","实收","姓名","作废"',
    ]


@pytest.mark.parametrize(
    ("watermark", "kept", "asked_again"),
    # the row at the watermark; where the new row has none, that one, too
    [("sold_at", "2026-06-18 21:00:00.000", 2), ("流水号", f"{2**64 - 1}", 1)],
)
def test_with_a_watermark_only_what_changed_is_asked_for(
    puller: Puller,
    declaration: str,
    mysql_server: MysqlServer,
    watermark: str,
    kept: str,
    asked_again: int,
):
    pull = puller.declare("till", declaration + f"watermark: {watermark}\nrepeat_hours: 0\n")
    puller.pull(pull)
    assert puller.state(pull).watermark == kept
    mysql_server.execute("insert into tickets (`流水号`, name) values (3, 'x')")
    puller.pull(pull)
    _, *rows = list(puller.raw().values())[-1].decode().splitlines()
    assert len(rows) == asked_again
