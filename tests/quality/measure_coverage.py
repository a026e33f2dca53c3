"""Line and branch coverage of workflow/ by a tier of the tests, with the programs that they start.

python tests/quality/measure_coverage.py --tier test [--cores 2] [PYTEST_OPTIONS]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from coverage import Coverage
from quality import coverages, pages, settings

PAGE = settings.ROOT / "docs/testing.md"
# Programs in copies of the workflow are measured too (tests/support/projects.py): their lines count for the project.
# Not measured: programs that are killed, and Python without its environment (`python -S` or `-E`; preloaded.py).
CONFIG = """[run]
branch = True
parallel = True
data_file = {folder}/data
patch = subprocess
    fork
    _exit
include = **/workflow/*.py
    **/workflow/documents/*.py
    **/workflow/experiment/*.py
    **/workflow/experiment/*/*.py
    **/workflow/scripts/*.py
    **/workflow/scripts/kernelscope/*/*.py
disable_warnings = no-data-collected, module-not-measured, module-not-imported, couldnt-parse

[paths]
workflow =
    {root}/workflow
    */workflow
"""


def main() -> None:
    options = arguments()
    pages.require(options.page, options.tier)
    folder = options.folder / f"coverage-{options.tier}"
    os.chdir(settings.ROOT)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    config = folder / "coverage.ini"
    config.write_text(CONFIG.format(folder=folder, root=settings.ROOT))
    start = time.monotonic()
    line = [sys.executable, "-m", "coverage", "run", f"--rcfile={config}", "-m", "pytest"]
    line += ["--numprocesses", str(options.cores), "--dist", "loadfile", "--no-loadscope-reorder"]
    line += [*settings.TIERS[options.tier], *options.selection]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    status = subprocess.run(line, env=environment, check=False).returncode
    minutes = (time.monotonic() - start) / 60
    report = combined(config, folder / "report.json")
    about = settings.header(f"make coverage TIER={options.tier}", options.cores, minutes)
    about += " Some tests failed." if status == 1 else ""
    part = "\n\n".join([about, coverages.table(report), coverages.least(report)])
    print(part)
    if not options.selection and status in (0, 1):  # not if pytest was interrupted
        pages.write(options.page, options.tier, part)
    sys.exit(status)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--tier", choices=settings.TIERS, default="test")
    parser.add_argument("--cores", type=settings.positive, default=os.cpu_count())
    parser.add_argument("--folder", type=settings.absolute, default=settings.ROOT / ".quality", help="where to work")
    parser.add_argument("--page", type=settings.absolute, default=PAGE, help="where to write the tables")
    options, options.selection = parser.parse_known_args()
    return options


def combined(config: Path, report: Path) -> dict:
    """Return the joint report of all processes, including files that no process ran."""
    measured = Coverage(config_file=str(config))
    measured.combine(strict=True)
    measured.save()
    files = [str(path) for path in (settings.ROOT / "workflow").rglob("*.py")]
    measured.get_data().touch_files(files)
    measured.json_report(morfs=files, outfile=str(report))
    return json.loads(report.read_text())


if __name__ == "__main__":
    main()
