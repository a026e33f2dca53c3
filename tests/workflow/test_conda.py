"""`--sdm conda`: jobs run in an environment made from the lock, so its versions count, not the installed versions."""

import json
import os
import re
from importlib.metadata import version

from projects import SMOKE

CONDA = """#!/bin/sh
case "$*" in
    "info --json") echo '{"conda_prefix": "/opt/conda", "conda_version": "25.1.0", "platform": "linux-64"}' ;;
    "--version") echo "conda 25.1.0" ;;
    "config --get channel_priority --json") echo '{"get": {"channel_priority": "strict"}}' ;;
    *) exit 1 ;;
esac
"""


def software(done) -> dict[str, str]:
    """Return the versions that a training gets on its command line."""
    assert done.returncode == 0, done.stdout + done.stderr
    option = re.search(r"train_network\.py .*--software '(\{.*?\})'", done.stdout + done.stderr)
    return json.loads(option[1])


def test_a_training_in_a_conda_environment_has_the_versions_of_the_lock(fresh, tmp_path):
    conda = tmp_path / "tools/conda"
    conda.parent.mkdir()
    conda.write_text(CONDA)
    conda.chmod(0o755)
    lock = fresh.folder / "envs/lock.txt"
    lock.write_text(re.sub(r"^torch==\S+", "torch==99.0", lock.read_text(), flags=re.MULTILINE))
    plan = ("--dry-run", "--printshellcmds", *SMOKE)
    path = f"{conda.parent}:{os.environ['PATH']}"
    here, there = fresh.snakemake(*plan), fresh.snakemake(*plan, "--sdm", "conda", PATH=path)
    assert software(here)["torch"] == version("torch")
    assert software(there)["torch"] == "99.0"
    assert software(here)["numpy"] == software(there)["numpy"] == version("numpy")
