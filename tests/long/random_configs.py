"""Check thousands of random configs in process; dry-run some, and run some small experiments from end to end.

python tests/long/random_configs.py --configs 5000 --dry-runs 100 --full 20 --seed 0
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "support/running"))
sys.path.insert(0, str(Path(__file__).parents[2] / "workflow"))

import conftest
import hostile
import starts
import yaml
from configs import valid_configs
from examples import examples
from hypothesis import strategies as st

from experiment.config.schema import ConfigError
from experiment.plan import loading
from experiment.plan.experiment import Experiment
from experiment.plan.jobs import jobs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--configs", type=int, default=5000, help="configs to check in process")
    parser.add_argument("--dry-runs", type=int, default=0, help="dry runs of Snakemake")
    parser.add_argument("--full", type=int, default=0, help="small experiments to carry out")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    counts = Counter(dict.fromkeys(("valid", "refused", "tracebacks", "wrong"), 0))
    for kind, config in examples(any_config(), arguments.configs, arguments.seed):
        counts[in_process(kind, config)] += 1
    with tempfile.TemporaryDirectory() as scratch:
        dry_failed = sum(
            not dry_run(Path(scratch) / f"dry{number}", *example)
            for number, example in enumerate(examples(any_config(small=True), arguments.dry_runs, arguments.seed + 1))
        )
        full_failed = sum(
            not carried_out(Path(scratch) / f"full{number}", config)
            for number, config in enumerate(examples(valid_configs(small=True), arguments.full, arguments.seed + 2))
        )
    summary = {"configs": arguments.configs, **counts, "dry_runs": arguments.dry_runs, "dry_failed": dry_failed}
    summary |= {"full_runs": arguments.full, "full_failed": full_failed}
    print(json.dumps(summary))
    sys.exit(1 if counts["tracebacks"] + counts["wrong"] + dry_failed + full_failed else 0)


def any_config(small: bool = False) -> st.SearchStrategy:
    """Return a strategy for (kind, config), of the kind "valid", "broken" or "junk"."""
    kinds = {"valid": valid_configs(small), "broken": hostile.invalid_configs(), "junk": hostile.junk()}
    chosen = st.sampled_from(["valid", "valid", "broken", "broken", "junk"])
    return chosen.flatmap(lambda kind: st.tuples(st.just(kind), kinds[kind]))


def in_process(kind: str, config) -> str:
    """Return valid, refused, tracebacks, or wrong (accepted or refused by mistake, or not in one line)."""
    try:
        experiment = Experiment(config)
        for job in jobs(experiment):
            spec = experiment.spec(job.rule, job.wildcards)
            assert spec == json.dumps(json.loads(spec), sort_keys=True, separators=(",", ":"), allow_nan=False)
        outcome = "valid"
    except ConfigError as error:
        try:
            hostile.one_line(error)
            outcome = "refused"
        except AssertionError:
            return told("wrong", f"not one line that can be read: {str(error)[:200]!r}")
    except Exception:
        return told("tracebacks", traceback.format_exc(limit=-1))
    if (outcome == "valid") != (kind == "valid"):
        return told("wrong", f"{kind}, and {outcome}: {str(config)[:2000]}")
    return outcome


def told(outcome: str, words: str) -> str:
    print(f"{outcome}: {words}", flush=True)
    return outcome


def dry_run(folder: Path, kind: str, config) -> bool:
    """Whether Snakemake starts with a valid config or refuses another config in one line, without writing a file."""
    if isinstance(config, dict) and not isinstance(config.get("pathvars", {}), dict):
        return True  # Snakemake itself ends in a traceback before it reads the workflow
    project = conftest.copied(conftest.ROOT, folder / "project")
    path = project.folder / "drawn.yaml"
    path.write_text(yaml.dump(config), encoding="utf-8")
    before = starts.files(folder)
    try:
        done = project.snakemake("--dry-run", "--quiet", "all", "--configfile", path.name)
        if done.returncode:
            assert kind != "valid", done.stderr
            assert len(starts.refusal(done)) == 1, done.stdout + done.stderr
        else:
            loading.load([str(path)])  # config.yaml fills in the missing parts of a broken config
        assert starts.files(folder) == before
    except (AssertionError, ConfigError) as error:
        told("dry run", f"{kind} {str(error)[-2000:]}\n{str(config)[:2000]}")
        return False
    finally:
        shutil.rmtree(folder)
    return True


def carried_out(folder: Path, config: dict) -> bool:
    """Whether a small experiment runs completely, writes only its results, and passes `verify`."""
    project = conftest.copied(conftest.ROOT, folder / "project")
    (project.folder / "drawn.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    besides = (*starts.OWN, "results")
    before, started = starts.files(folder, besides), time.monotonic()
    done = project.snakemake("--configfile", "drawn.yaml")
    words = [sys.executable, "workflow/results.py", "verify", "--configfile", "drawn.yaml"]
    verified = subprocess.run(words, cwd=project.folder, capture_output=True, text=True, check=False)
    told("full run", f"{time.monotonic() - started:.1f} s, {verified.stdout.splitlines()[-1:]}")
    good = done.returncode == 0 and verified.returncode == 0 and starts.files(folder, besides) == before
    if not good:
        told("full run failed", f"{json.dumps(config)}\n{done.stderr[-3000:]}\n{verified.stdout}{verified.stderr}")
    shutil.rmtree(folder)
    return good


if __name__ == "__main__":
    main()
