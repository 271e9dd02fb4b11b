"""The files of an audience: the manifest adds up, the bytes are the same every time."""

import csv
import io
import json
from hashlib import sha256

from siyu.audience.build import build_audience
from siyu.audience.folder import StoppedAudience, render_audience, render_stopped
from siyu.audience.suppression import read_suppression_list
from siyu.files import replace_folder


def build(world, **spec):
    people = [f"C{n}" for n in range(20)]
    profile = world.profile(
        *(
            {"customer_id": who, "display_name": "=cmd()" if who == "C3" else "王,晓"}
            for who in people
        )
    )
    contact_points = world.contact_points(
        *((who, f"wm{who}", "guide", None, True) for who in people[:15])
    )
    return build_audience(
        profile,
        contact_points,
        world.consents(),
        world.suppressions(("dnc", "C0")),
        world.spec(
            suppress=["dnc"],
            holdout={"share": 0.3, "experiment": "spring"},
            attributes=["display_name", "net_amount"],
            destination={"format": "wecom_add_msg_template", "text": "你好"},
            **spec,
        ),
        rules=world.rules,
        as_of_date=world.as_of_date,
    )


def lists_in(folder):
    (folder / "dnc.csv").write_text("customer_id\nC0\n", encoding="utf-8")
    return {"dnc": read_suppression_list(folder, "dnc")}


def test_render_audience_writes_a_manifest_that_adds_up(tmp_path, world):
    result = build(world)
    files = render_audience(result, rules=world.rules, lists=lists_in(tmp_path))
    manifest = json.loads(files["manifest.json"])
    removed = ("no_consent", "suppressed", "capped", "holdout")
    assert manifest["matched"] == 20
    assert manifest["matched"] - sum(manifest[step] for step in removed) == manifest["members"]
    assert manifest["no_consent"] == sum(manifest["no_consent_by_reason"].values()) == 5
    assert manifest["holdout"] == result.holdout.height > 0
    assert manifest["status"] == "ready"
    assert (manifest["audience"], manifest["as_of_date"]) == ("test_wecom", "2026-06-18")
    assert manifest["suppression_lists"]["dnc"]["entries"] == 1
    assert set(manifest["files"]) == set(files) - {"manifest.json"}
    for name, stated in manifest["files"].items():
        assert stated["sha256"] == sha256(files[name]).hexdigest()
    assert manifest["destination"]["recipients"] == manifest["members"]


def test_render_audience_writes_one_line_per_member_in_rank_order(tmp_path, world):
    result = build(world, rank=["customer_id desc"])
    files = render_audience(result, rules=world.rules, lists=lists_in(tmp_path))
    rows = list(csv.DictReader(io.StringIO(files["members.csv"].decode())))
    assert list(rows[0]) == [
        "customer_id",
        "external_userid",
        "corp_id",
        "sender",
        "display_name",
        "net_amount",
    ]
    assert [row["customer_id"] for row in rows] == result.members["customer_id"].to_list()
    assert rows == sorted(rows, key=lambda row: row["customer_id"], reverse=True)
    shown = {row["customer_id"]: row for row in rows}
    who = next(who for who in shown if who != "C3")
    assert shown[who]["display_name"] == "王,晓"
    assert shown[who]["net_amount"] == "100.00"


def test_render_audience_makes_a_formula_in_a_name_harmless(tmp_path, world):
    result = build(world)
    files = render_audience(result, rules=world.rules, lists=lists_in(tmp_path))
    rows = list(csv.DictReader(io.StringIO(files["members.csv"].decode())))
    assert [row["display_name"] for row in rows if row["customer_id"] == "C3"] == ["'=cmd()"]


def test_render_stopped_has_the_reason_and_no_members(world):
    stopped = StoppedAudience(world.spec(), world.as_of_date, "stopped", "put the list back")
    files = render_stopped(stopped)
    manifest = json.loads(files["manifest.json"])
    assert set(files) == {"manifest.json"}
    assert (manifest["status"], manifest["reason"]) == ("stopped", "put the list back")
    assert "members" not in manifest


def test_replace_folder_writes_an_unchanged_audience_once(tmp_path, world):
    lists = lists_in(tmp_path)
    folder = tmp_path / "test_wecom" / "2026-06-18"
    assert replace_folder(folder, render_audience(build(world), rules=world.rules, lists=lists))
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = render_audience(build(world), rules=world.rules, lists=lists)
    assert not replace_folder(folder, again)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())


def test_replace_folder_leaves_nothing_of_the_set_before(tmp_path, world):
    folder = tmp_path / "test_wecom" / "2026-06-18"
    lists = lists_in(tmp_path)
    replace_folder(folder, render_audience(build(world), rules=world.rules, lists=lists))
    stopped = StoppedAudience(world.spec(), world.as_of_date, "stopped", "x")
    assert replace_folder(folder, render_stopped(stopped))
    assert [path.name for path in folder.iterdir()] == ["manifest.json"]
    assert [path.name for path in folder.parent.iterdir()] == ["2026-06-18"]
