"""A preloader that is held by a separate process instead of a Snakemake."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HOLDER = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT / "workflow")!r})
from experiment.launch import preload
print(preload.start(Path(sys.argv[1])) or "", flush=True)
sys.stdin.read()
"""


def held(scripts: Path, environment: dict[str, str] | None = None) -> tuple[subprocess.Popen, Path | None]:
    """Start the process, which ends when its standard input closes; return it and the client's folder, if any."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", HOLDER, scripts]
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment, text=True)
    folder = process.stdout.readline().strip()
    return process, Path(folder) if folder else None
