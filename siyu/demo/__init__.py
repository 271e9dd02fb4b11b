"""The demo brand: an invented beauty-and-baby brand's exports in true formats, with the truth.

It writes what channels export and reads nothing of the pipeline.
"""

from siyu.demo.brand import DemoSummary, write_demo
from siyu.demo.settings import DemoSettings, load_demo_settings

__all__ = ["DemoSettings", "DemoSummary", "load_demo_settings", "write_demo"]
