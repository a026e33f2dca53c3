import json
import subprocess

import pytest
from projects import SMOKE

from experiment.plan import commands
from kernelscope.io import cli


def spec(numbers):
    return json.dumps({"seeds": list(range(10**8, 10**8 + numbers))}, separators=(",", ":"))


LONG, OTHER = spec(20_000), spec(20_001)


def test_a_spec_as_long_as_may_be_is_its_own_argument_and_writes_nothing(tmp_path):
    text = "x" * commands.LONGEST
    assert commands.argument(text, tmp_path / "specs") == text
    assert list(tmp_path.iterdir()) == []
    assert commands.argument(text + "x", tmp_path / "specs")[0] == "@"


def test_a_longer_one_goes_by_way_of_a_file_that_holds_the_same(tmp_path):
    found = commands.argument(LONG, tmp_path)
    assert len(found) < 1000
    assert cli.spec(found) == json.loads(LONG)
    assert commands.argument(LONG, tmp_path) == found
    assert [path.name for path in tmp_path.iterdir()] == [found.rsplit("/", 1)[1]]


def test_the_argument_is_another_one_where_the_spec_is(tmp_path):
    assert commands.argument(LONG, tmp_path) != commands.argument(OTHER, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(("text", "fits"), [("x" * commands.LONGEST, True), ("x" * 2**17, False)])
def test_the_limit_is_one_that_a_shell_takes(text, fits):
    try:
        done = subprocess.run(["bash", "-c", f"printf %s '{text}' | wc -c"], capture_output=True, check=True)
    except OSError:
        assert not fits
    else:
        assert (int(done.stdout), fits) == (len(text), True)


def test_a_job_whose_spec_went_by_way_of_a_file_is_done_as_any_other(project):
    project.edit("workflow/experiment/plan/commands.py", "LONGEST = 96 * 2**10", "LONGEST = 0")
    summary, made_by = (
        project.folder / "results/smoke" / name for name in ("summary.csv", ".manifest/write_summary.json")
    )
    before = [path.read_bytes() for path in (summary, made_by)]
    summary.unlink()
    made_by.unlink()
    done = project.snakemake(
        *SMOKE,
        "--rerun-triggers",
        "mtime",
        "--allowed-rules",
        "write_summary",
        "--",
        str(summary.relative_to(project.folder)),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [path.read_bytes() for path in (summary, made_by)] == before
    assert any(project.folder.glob(f"{commands.FOLDER}/*.json"))
