"""Shared code of the benchmarks. Importing it puts the workflow's modules on the path and BLAS on one thread."""

import os
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[1]
ROOT = BENCHMARKS.parent

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as Snakemake sets it for a job with one thread
sys.path[:0] = [str(ROOT / "workflow"), str(ROOT / "workflow" / "scripts")]
