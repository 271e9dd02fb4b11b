"""A landing that was killed leaves nothing that the next one does not mend."""

import signal
import subprocess
import sys
import time

from siyu.home import Home

from .conftest import ROOT, Brand
from .home_state import lasting, state_of
from .pdd_orders import PDD_LINE, order_line


def fill(brand: Brand) -> None:
    for number in range(12):
        rows = "".join(order_line(f"{number}-{n}") for n in range(400))
        brand.put("pdd_order", f"{number}.csv", PDD_LINE + rows + order_line(f"{number}-x", "?"))
    brand.put("pdd_order", "bad.csv", "x")
    brand.put_sample("kuaishou_order", "kuaishou_order_export.xlsx")
    brand.put_sample("wxapp_login", "wxapp_code2session.jsonl")


LAND = """
import sys
from datetime import datetime
from pathlib import Path
from siyu.home import Home
from siyu.ingest.landing import admit_exports, stage_exports
from siyu.ingest.sources import load_sources
sources = load_sources(Path(sys.argv[2]))
home = Home(Path(sys.argv[1]))
print("ready", flush=True)
staged = stage_exports(home, sources, loaded_at=datetime.fromisoformat("2026-06-20T18:00:00"))
admit_exports(home, sources, staged, {})
"""


def test_killed_at_any_moment_the_next_run_ends_in_the_same_state(tmp_path, sources):
    undisturbed = Brand(Home(tmp_path / "undisturbed"), sources)
    fill(undisturbed)
    began = time.monotonic()
    undisturbed.land()
    took = time.monotonic() - began
    for nth in range(5):
        brand = Brand(Home(tmp_path / f"killed{nth}"), sources)
        fill(brand)
        command = [sys.executable, "-c", LAND, str(brand.home.root), str(ROOT / "config/sources")]
        run = subprocess.Popen(command, stdout=subprocess.PIPE)
        run.stdout.readline()
        time.sleep(took * (nth + 0.5) / 4)
        run.send_signal(signal.SIGKILL)
        run.wait()
        brand.land()
        assert lasting(state_of(brand.home)) == lasting(state_of(undisturbed.home))
