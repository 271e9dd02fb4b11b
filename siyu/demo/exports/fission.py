"""MoChat: friends, their guides and the referral tree, as its database gives them."""

import polars as pl

from siyu.demo.accounts import guide_ids
from siyu.demo.community import make_fission
from siyu.demo.contacts import friends_at
from siyu.demo.shelf import Shelf
from siyu.demo.text_lines import Cells, chosen, csv_rows, escaped_csv
from siyu.demo.tokens import numbers
from siyu.demo.truth_book import TruthBook
from siyu.demo.wall_time import spans_of, time_text
from siyu.demo.world import World

NODE_HEADINGS = [
    "id",
    "fission_id",
    "union_id",
    "nickname",
    "avatar",
    "contact_superior_user_parent",
    "level",
    "employee",
    "invite_count",
    "loss",
    "status",
    "receive_level",
    "is_new",
    "external_user_id",
    "qrcode_id",
    "qrcode_url",
    "created_at",
    "updated_at",
    "deleted_at",
]
CONTACT_HEADINGS = [
    "id",
    "corp_id",
    "wx_external_userid",
    "name",
    "nick_name",
    "avatar",
    "follow_up_status",
    "type",
    "gender",
    "unionid",
    "position",
    "corp_name",
    "corp_full_name",
    "external_profile",
    "business_no",
    "created_at",
    "updated_at",
    "deleted_at",
]
STAFF_HEADINGS = [
    "id",
    "employee_id",
    "contact_id",
    "remark",
    "description",
    "remark_corp_name",
    "remark_mobiles",
    "add_way",
    "oper_userid",
    "state",
    "corp_id",
    "status",
    "create_time",
    "created_at",
    "updated_at",
    "deleted_at",
]
CAMPAIGN = "34"


def export_fission(world: World, shelf: Shelf, book: TruthBook) -> None:
    """Write the referral tree, and friends with their guides as of the last day."""
    stamp = spans_of(world.window, "quarter")[-1].stamp
    nodes = make_fission(world)
    if nodes.height:
        _write_tree(nodes, stamp, world, shelf)
        book.records("mochat_fission", numbers(nodes["node"].to_numpy() + 1), nodes["person"])
        children = nodes.filter(pl.col("parent") >= 0)
        _note_tree("fission", children, nodes, book)
        _note_tree("referral", children.filter(~pl.col("is_lost")), nodes, book)
    friends = friends_at(world, world.window.end)
    _write_contacts(friends, stamp, world, shelf, book)
    _write_relations(friends, stamp, world, shelf, book)


def _note_tree(kind: str, children: pl.DataFrame, nodes: pl.DataFrame, book: TruthBook) -> None:
    book.shares(
        kind,
        from_person=nodes["person"].gather(children["parent"]),
        to_person=children["person"],
        at=children["joined_at"],
    )


def _write_tree(nodes: pl.DataFrame, stamp: str, world: World, shelf: Shelf) -> None:
    account = nodes["account"].to_numpy()
    time = time_text(nodes["joined_at"].to_numpy())
    guides = guide_ids(world.guides).gather(world.accounts["guide"].gather(nodes["account"]))
    named = world.accounts["union_in_wecom"].gather(nodes["account"])
    cells: Cells = {
        "id": numbers(nodes["node"].to_numpy() + 1),
        "fission_id": CAMPAIGN,
        "union_id": chosen(named, world.ids.unionid(account), ""),
        "nickname": escaped_csv(world.people["nickname"].gather(nodes["person"])),
        "contact_superior_user_parent": numbers(nodes["parent"].to_numpy() + 1),
        "level": nodes["depth"].cast(pl.String),
        "employee": guides,
        "invite_count": nodes["invited"].cast(pl.String),
        "loss": chosen(nodes["is_lost"], "1", "0"),
        "status": chosen(nodes["invited"] >= 2, "1", "0"),
        "receive_level": "0",
        "is_new": chosen(nodes["is_new"], "1", "0"),
        "external_user_id": world.ids.external_userid(account),
        "created_at": time,
        "updated_at": time,
        "deleted_at": "NULL",
    }
    file = f"mc_work_fission_contact_{stamp}.csv"
    with shelf.export("mochat_fission", file) as work:
        work.write(",".join(NODE_HEADINGS) + "\n")
        work.write_lines(csv_rows(NODE_HEADINGS, cells, rows=nodes.height))
    shelf.expect("mochat_fission", file, rows=nodes.height)


def _write_contacts(
    friends: pl.DataFrame, stamp: str, world: World, shelf: Shelf, book: TruthBook
) -> None:
    contacts = friends.filter(pl.col("is_first"))
    account = contacts["account"].to_numpy()
    time = time_text(contacts["added_at"].to_numpy())
    cells: Cells = {
        "id": numbers(account + 1),
        "corp_id": "1",
        "wx_external_userid": world.ids.external_userid(account),
        "name": escaped_csv(world.people["nickname"].gather(contacts["person"])),
        "follow_up_status": "1",
        "type": "1",
        "gender": chosen(world.people["is_female"].gather(contacts["person"]), "2", "1"),
        "unionid": chosen(contacts["union_in_wecom"], world.ids.unionid(account), ""),
        "external_profile": "NULL",
        "created_at": time,
        "updated_at": "NULL",
        "deleted_at": "NULL",
    }
    _write_table("mochat_contact", f"mc_work_contact_{stamp}.csv", CONTACT_HEADINGS, cells, shelf)
    book.records("mochat_contact", numbers(account + 1), contacts["person"])


def _write_relations(
    friends: pl.DataFrame, stamp: str, world: World, shelf: Shelf, book: TruthBook
) -> None:
    relation = numbers((friends["account"] * 2 + ~friends["is_first"] + 1).to_numpy())
    staff: Cells = {
        "id": relation,
        "employee_id": friends["guide"].cast(pl.String),
        "contact_id": numbers(friends["account"].to_numpy() + 1),
        "remark": chosen(
            friends["remark_name"], world.people["name"].gather(friends["person"]), ""
        ),
        "remark_mobiles": chosen(friends["typed"] != "", '"[""' + friends["typed"] + '""]"', "[]"),
        "add_way": "1",
        "corp_id": "1",
        "status": "1",
        "create_time": time_text(friends["added_at"].to_numpy()),
        "created_at": time_text(friends["added_at"].to_numpy() + 1),
        "updated_at": "NULL",
        "deleted_at": "NULL",
    }
    file = f"mc_work_contact_employee_{stamp}.csv"
    _write_table("mochat_contact_staff", file, STAFF_HEADINGS, staff, shelf)
    book.records("mochat_contact_staff", relation, friends["person"])


def _write_table(source: str, file: str, headings: list[str], cells: Cells, shelf: Shelf) -> None:
    rows = len(cells["id"])
    with shelf.export(source, file) as work:
        work.write(",".join(headings) + "\r\n")
        work.write_lines(csv_rows(headings, cells, rows=rows, line_end="\r\n"))
    shelf.expect(source, file, rows=rows)
