"""Two censuses of the small town that comes with the package pseudopeople, as one Parquet file.

Runs in an environment of its own (see `bench/probabilistic.py`), so it knows nothing of Siyu.
"""

import sys

import pandas as pd
import pseudopeople

YEARS = (2020, 2030)

if __name__ == "__main__":
    rows = pd.concat(pseudopeople.generate_decennial_census(seed=1, year=year) for year in YEARS)
    rows.astype(str).where(rows.notna()).to_parquet(sys.argv[1])
