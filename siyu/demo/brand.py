"""Writing the demo brand into a home: exports under ``raw/``, the truth under ``truth/``."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import polars as pl

from siyu.demo.accounts import guide_count
from siyu.demo.creation import make_world
from siyu.demo.damage import double_files, spoil_copies
from siyu.demo.exports.alipay import export_alipay
from siyu.demo.exports.callbacks import export_callbacks
from siyu.demo.exports.consent import export_consents
from siyu.demo.exports.douyin import export_douyin
from siyu.demo.exports.douyin_api import export_douyin_api
from siyu.demo.exports.fission import export_fission
from siyu.demo.exports.groups import export_groups, export_sends
from siyu.demo.exports.jd import export_jd
from siyu.demo.exports.pdd import export_pdd
from siyu.demo.exports.pospal import export_pospal
from siyu.demo.exports.sensors import export_sensors
from siyu.demo.exports.service import export_service
from siyu.demo.exports.sheets import export_sheets
from siyu.demo.exports.surveys import export_surveys
from siyu.demo.exports.taobao import export_taobao
from siyu.demo.exports.web import export_web
from siyu.demo.exports.wechat_oa import export_official_accounts
from siyu.demo.exports.wechat_orders import export_wechat_orders
from siyu.demo.exports.wecom import export_wecom
from siyu.demo.exports.wxpay import export_wxpay
from siyu.demo.exports.youzan import export_youzan
from siyu.demo.phones import MOST_NUMBERS, shop_phones, staff_phones
from siyu.demo.settings import DemoSettings
from siyu.demo.shelf import Shelf, drop_stale
from siyu.demo.true_orders import OrderTotals
from siyu.demo.truth import note_world
from siyu.demo.truth_book import TruthBook
from siyu.demo.world import World
from siyu.errors import SiyuError
from siyu.home import Home

MARK, JOURNAL = "demo.json", "demo_files.txt"
_EXPORTS: tuple[Callable[[World, Shelf], None], ...] = (
    export_taobao,
    export_jd,
    export_douyin,
    export_sheets,
    export_pdd,
    export_youzan,
    export_wechat_orders,
    export_wxpay,
    export_pospal,
    export_official_accounts,
    export_wecom,
    export_sends,
)
# these tell the truth book who is behind their records while they write
_TOLD_EXPORTS: tuple[Callable[[World, Shelf, TruthBook], None], ...] = (
    export_douyin_api,
    export_alipay,
    export_callbacks,
    export_groups,
    export_fission,
    export_service,
    export_surveys,
    export_web,
    export_sensors,
    export_consents,
)


class DemoError(SiyuError):
    """The demo brand asked for cannot be made."""


@dataclass(frozen=True)
class DemoSummary:
    """What a demo holds.

    Attributes:
        customers: People.
        days: Days told of.
        orders: True orders.
        net_amount: Their net amount, yuan.
        sources: Source → number of export files.
        files: Files of exports and truth.
        size: Their bytes.
        changed: Files that were written now; 0 = everything stood there already.
    """

    customers: int
    days: int
    orders: int
    net_amount: Decimal
    sources: dict[str, int]
    files: int
    size: int
    changed: int


def write_demo(
    home: Home, *, customers: int, days: int, seed: int, end_date: date, settings: DemoSettings
) -> DemoSummary:
    """Write an invented brand's exports and the truth beside them.

    The same arguments give the same bytes on every machine. Over an earlier demo only files that
    differ are written, and files only the earlier demo had are removed; other files stay.

    Args:
        home: Where ``raw/``, ``truth/`` and ``ledger/suppression/staff.csv`` go.
        customers: Number of people.
        days: Days before and including ``end_date``.
        seed: Picks one of many worlds.
        end_date: Last day told of.
        settings: Rates.

    Raises:
        DemoError: A number is out of range.
    """
    _check(customers, days)
    mark = home.root / "truth" / MARK
    print_of_this = _fingerprint(customers, days, seed, end_date, settings)
    earlier = _read_mark(mark)
    if earlier.get("fingerprint") == print_of_this and _stands(home.root, earlier["files"]):
        return _summary(earlier, changed=0)
    world = make_world(customers, days=days, seed=seed, end_date=end_date, settings=settings)
    shelf = Shelf(home.root, journal=home.root / "truth" / JOURNAL)
    known = shelf.open_journal()
    totals = _write(world, shelf)
    drop_stale(home.root, known, shelf.written)
    _write_staff(home, world)
    facts = {
        "fingerprint": print_of_this,
        "customers": customers,
        "days": days,
        "orders": totals.orders,
        "net_amount": str(Decimal(totals.net_fen) / 100),
        "sources": _files_by_source(shelf),
        "size": shelf.size,
        "files": {name: (home.root / name).stat().st_size for name in sorted(shelf.written)},
    }
    mark.write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    shelf.close_journal()
    return _summary(facts, changed=shelf.changed)


def _write(world: World, shelf: Shelf) -> OrderTotals:
    book = TruthBook(shelf)
    for export in _EXPORTS:
        export(world, shelf)
    for told in _TOLD_EXPORTS:
        told(world, shelf, book)
    files = world.settings.file
    double_files(shelf, files.duplicates)
    if files.damaged:
        spoil_copies(shelf)
    totals = note_world(world, book)
    expected = pl.DataFrame(
        shelf.expected, schema=["source", "file", "status", "rows"], orient="row"
    ).sort("source", "file")
    book.append("expected_files", expected)
    book.close()
    return totals


def _check(customers: int, days: int) -> None:
    most = MOST_NUMBERS // 2
    if not 1 <= customers <= most:
        raise DemoError(
            f"customers: {customers} is not between 1 and {most}; choose another number"
        )
    if not 7 <= days <= 3650:
        raise DemoError(f"days: {days} is not between 7 and 3650; choose another number")


def _fingerprint(
    customers: int, days: int, seed: int, end_date: date, settings: DemoSettings
) -> str:
    """Hash of everything the bytes depend on, the demo's own code included."""
    digest = sha256(f"{customers}/{days}/{seed}/{end_date}/".encode())
    digest.update(settings.model_dump_json().encode())
    digest.update(f"{version('numpy')}/{version('polars')}/{version('pyarrow')}".encode())
    for module in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()


def _read_mark(mark: Path) -> dict[str, object]:
    try:
        facts = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _stands(root: Path, files: object) -> bool:
    return isinstance(files, dict) and all(
        (root / name).is_file() and (root / name).stat().st_size == size
        for name, size in files.items()
    )


def _files_by_source(shelf: Shelf) -> dict[str, int]:
    counts: dict[str, int] = {}
    for source, *_ in shelf.expected:
        counts[source] = counts.get(source, 0) + 1
    return dict(sorted(counts.items()))


def _summary(facts: dict[str, object], *, changed: int) -> DemoSummary:
    sources, files = facts["sources"], facts["files"]
    return DemoSummary(
        customers=int(str(facts["customers"])),
        days=int(str(facts["days"])),
        orders=int(str(facts["orders"])),
        net_amount=Decimal(str(facts["net_amount"])),
        sources=dict(sources) if isinstance(sources, dict) else {},
        files=len(files) if isinstance(files, dict) else 0,
        size=int(str(facts["size"])),
        changed=changed,
    )


def _write_staff(home: Home, world: World) -> None:
    """The brand's own numbers, as far as it knows them: guides and half of its shops."""
    path = home.ledger / "suppression" / "staff.csv"
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shops = shop_phones(world.settings.identity.shop_phones)
    rows = [
        f"phone,{phone},guide"
        for phone in staff_phones(min(guide_count(world.accounts.height), 12))
    ]
    rows += [f"phone,{phone},shop" for phone in shops[: (len(shops) + 1) // 2]]
    path.write_text("\n".join(["namespace,identifier,reason", *rows, ""]), encoding="utf-8")
