"""A home that was lost: raw exports and the backup of its ledger bring it back."""

import shutil

from assets.ledger_backup import back_up
from assets.stores import HomeStore
from tests.night.conftest import read_tables, run_night, run_siyu


def test_a_lost_home_is_rebuilt_from_raw_and_backup_with_the_same_ids(brand, tmp_path):
    backup = tmp_path / "ledger.tar.gz"
    back_up(HomeStore(root=str(brand.root)), backup)
    lost = HomeStore(root=str(tmp_path / "lost"))
    shutil.copytree(brand.raw, lost.paths.raw, copy_function=shutil.copy2)
    done = run_siyu("restore", str(backup), "--home", lost.root)
    assert done.returncode == 0, done.stderr
    night = run_night(lost.paths)
    assert night.returncode == 0, night.stderr
    before, after = read_tables(brand), read_tables(lost.paths)
    for table in ("customers", "customer_identifiers", "identity_log"):
        assert after[table] == before[table]
