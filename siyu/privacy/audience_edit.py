"""The files of an audience that left, without a person: lines, and places in lists side by side."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from siyu.audience.folder import MANIFEST, MEMBERS
from siyu.privacy.tombstones import Tombstones

COUNTED = ("matched", "members")


def edit_audience(files: Mapping[str, bytes], stones: Tombstones) -> dict[str, bytes] | None:
    """An audience folder without the person; None when they are not in it.

    Args:
        files: Name → content.
        stones: Tombstones of their identifiers and customer ids.
    """
    edited = {
        name: _edited(name, content, stones) for name, content in files.items() if name != MANIFEST
    }
    changed = {name for name, content in edited.items() if content != files[name]}
    if not changed:
        return None
    if MANIFEST in files:
        gone = files[MEMBERS].count(b"\n") - edited[MEMBERS].count(b"\n") if MEMBERS in files else 0
        edited[MANIFEST] = _manifest(json.loads(files[MANIFEST]), edited, gone)
    return edited


def _manifest(manifest: dict[str, Any], files: Mapping[str, bytes], gone: int) -> bytes:
    for name in COUNTED:
        if isinstance(manifest.get(name), int):
            manifest[name] -= gone
    manifest["erased"] = manifest.get("erased", 0) + gone
    for name, described in manifest.get("files", {}).items():
        if name in files:
            described["bytes"] = len(files[name])
            described["sha256"] = sha256(files[name]).hexdigest()
    return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()


def _edited(name: str, content: bytes, stones: Tombstones) -> bytes:
    text = content.decode("utf-8", "surrogateescape")
    if not stones.may_stand_in(text):
        return content
    lines = []
    for line in text.splitlines(keepends=True):
        kept = line if not stones.in_text(line) else _shortened(name, line, stones)
        if kept:
            lines.append(kept)
    return "".join(lines).encode("utf-8", "surrogateescape")


def _shortened(name: str, line: str, stones: Tombstones) -> str:
    """A call without one of its recipients, '' when it had no other."""
    try:
        call = json.loads(line) if name.endswith((".json", ".jsonl")) else None
    except ValueError:
        call = None
    if not isinstance(call, dict):
        return ""
    lists = {key: items for key, value in call.items() if (items := _as_list(value)) is not None}
    for items in list(lists.values()):
        gone = {at for at, item in enumerate(items) if stones.in_text(json.dumps(item))}
        if not gone:
            continue
        for key, beside in lists.items():
            if len(beside) == len(items):
                left = [item for at, item in enumerate(beside) if at not in gone]
                call[key] = left if isinstance(call[key], list) else _dump(left)
        break
    shortened = _dump(call)
    is_clean = not stones.in_text(shortened)
    return f"{shortened}\n" if is_clean and any(_as_list(call[key]) for key in lists) else ""


def _as_list(value: Any) -> list[Any] | None:
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return None
    return value if isinstance(value, list) else None


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
