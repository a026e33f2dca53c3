"""Config files through `workflow/check.py`, and through `make`, which calls it before Snakemake."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from configs import LONGEST_LINE
from starts import files
from tiers import rows

from experiment.plan import loading

CHECK = Path(loading.__file__).parents[2] / "check.py"
DUPLICATE = b"training: {epochs: 3}\ntraining: {epochs: 4}\n"
BAD = yaml.safe_dump(
    {"training": {"epochs": -1, "loss": "mze"}, "experiment": {"architectures": ["templtes"]}}
).encode()


def check(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess:
    command = [sys.executable, str(CHECK), *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def make(folder: Path, *words: str) -> subprocess.CompletedProcess:
    """Run `make` in a project, with the Python of this process in place of an environment."""
    # No recipe makes the environment: it counts as made (-o), and its programs are those of this Python.
    command = ["make", "-o", ".venv/.ready", f"BIN={Path(sys.executable).parent}", *words]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


PROBLEMS = [
    "mine.yaml: experiment.architectures[0]: got 'templtes', expected one of templates, cnnkernels",
    "mine.yaml: training.epochs: got -1, expected ",
    "mine.yaml: training.loss: got 'mze', expected ",
]
REFUSED = {  # content of mine.yaml, words after it, the beginnings of all lines
    "problems": (BAD, "", PROBLEMS),
    "no mapping": (b"pathvars: results", "", ["mine.yaml: pathvars: got 'results', expected a mapping"]),
    "a template": (
        b"__use_yte__: true\nfigures:\n  colormap: ?__import__('os').system('touch pwned') or 'gray'\n",
        "",
        ["mine.yaml: got a template (__use_yte__), expected plain YAML"],
    ),
    "a command": (
        b"training: !!python/object/apply:os.system ['touch pwned']",
        "",
        ['mine.yaml line 1, column 11: got "training: !!python'],
    ),
    "a list": (b"[experiment]", "", ["mine.yaml: got a list at the top, expected keys and values"]),
    "a picture": (b"\x89PNG\r\n\x1a\n", "", ["mine.yaml: got bytes that are not UTF-8 text"]),
    "lists 3000 deep": (
        b"training: " + b"[" * 3000 + b"]" * 3000,
        "",
        ["mine.yaml: got lists or mappings that are too"],
    ),
    "a tab": (b"training:\n\tepochs: 3\n", "", ["mine.yaml line 2, column 1: got '\\tepochs: 3', expected spaces"]),
    "a bracket": (
        b"training: {epochs: [3}",
        "",
        ["mine.yaml line 1, column 20: got 'training: {epochs: [3}', expected a ] that"],
    ),
    "a key twice": (DUPLICATE, "", ["training: got it twice in mine.yaml (lines 1 and 2)"]),
    "an empty file": (b"", "", ["mine.yaml: got an empty file"]),
    "a missing file": (b"movie: {}", "mien.yaml", ["mien.yaml: got no such file"]),
    "a folder": (b"movie: {}", "config", ["config: got a folder"]),
    "a target": (b"movie: {}", "results/x/index.html", ["results/x/index.html: got a target, expected a config file"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_each_problem_is_a_line_and_the_status_1(tmp_path, case):
    content, more, lines = REFUSED[case]
    (tmp_path / "mine.yaml").write_bytes(content)
    (tmp_path / "config").mkdir()
    done = check("mine.yaml", *more.split(), folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert all(line.isprintable() and len(line) <= LONGEST_LINE for line in done.stderr.splitlines())
    assert_begin(done.stderr.splitlines(), lines)
    assert {path.name for path in tmp_path.iterdir()} == {"mine.yaml", "config"}  # no command was obeyed


def assert_begin(lines: list[str], starts: list[str]) -> None:
    """Check that each line begins with its start."""
    assert len(lines) == len(starts), lines
    for line, start in zip(lines, starts, strict=True):
        assert line.startswith(start)


def test_every_problem_is_a_line(tmp_path):
    (tmp_path / "mine.yaml").write_bytes(BAD)
    done = check("mine.yaml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert_begin(done.stderr.splitlines(), PROBLEMS)
    assert done.stderr.splitlines()[0].endswith("(did you mean 'templates'?)")


def test_of_a_good_config_it_says_what_will_run(tmp_path):
    (tmp_path / "mine.yaml").write_text("experiment: {architectures: [templates], seeds: [0, 1]}")
    (tmp_path / "more.yaml").write_text("pathvars: {results: results/mine}\nexperiment: {seeds: [7]}")
    for words, line in (
        ((), "config/config.yaml: ok, 26 runs (1 dataset, 4 architectures, 6 to 8 seeds) into results\n"),
        (
            ("mine.yaml",),
            "mine.yaml: ok, 2 runs (1 dataset, 1 architecture, 2 seeds) into results\n"
            "2 seeds of templates: differences over seeds cannot be decided (smallest p 0.5), 6 seeds could\n",
        ),
        (
            ("mine.yaml", "more.yaml"),
            "mine.yaml + more.yaml: ok, 1 run (1 dataset, 1 architecture, 1 seed) into results/mine\n"
            "1 seed of templates: differences over seeds cannot be decided (smallest p 1), 6 seeds could; "
            "1 seed of templates: whether single kernels recur cannot be decided (smallest p 1), 2 seeds could\n",
        ),
    ):
        done = check(*words, folder=tmp_path)
        selected, time, *others = done.stdout.splitlines(keepends=True)
        assert (done.returncode, "".join([selected, *others]), done.stderr) == (0, line, "")
        assert re.fullmatch(
            r"all \d+ jobs take about .+ on \d+ cores? \(.+\), and at most .+ GB of memory in a job\n", time
        )


def test_it_needs_neither_snakemake_nor_a_library_of_the_jobs():
    heavy = {"snakemake", "numpy", "torch", "PIL", "matplotlib", "pandas", "scipy"}
    imported = f"import sys; sys.path.insert(0, {str(CHECK.parent)!r}); import check"
    code = f"{imported}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.fixture
def project(fresh) -> Path:
    """Return the folder of a workflow without results, with its Makefile."""
    shutil.copy2(CHECK.parents[1] / "Makefile", fresh.folder)
    return fresh.folder


@pytest.mark.parametrize("case", rows(REFUSED, "problems", "no mapping", "a template", "a target"))
def test_make_gives_these_lines_and_not_those_of_snakemake_and_writes_nothing(project, case):
    content, more, lines = REFUSED[case]
    (project / "mine.yaml").write_bytes(content)
    before = files(project.parent)
    done = make(project, f"CONFIG=mine.yaml {more}")
    assert files(project.parent) == before
    assert (done.returncode, done.stdout) == (2, "")
    *found, last = done.stderr.splitlines()
    assert last.startswith("make: *** ")  # make's own line about the failure
    assert_begin(found, lines)


@pytest.mark.parametrize("target", ["main", "report", "verify", "clean", "watch"])
def test_every_target_that_takes_a_config_refuses_a_bad_one_in_lines(project, target):
    (project / "mine.yaml").write_bytes(BAD)
    done = make(project, target, "CONFIG=mine.yaml")
    assert done.returncode == 2
    *lines, last = [line.removeprefix("kernelscope: ") for line in done.stderr.splitlines()]
    assert_begin(lines, PROBLEMS)
    assert last.startswith("make: *** ")


def test_make_runs_a_good_config_after_the_check_and_without_config_the_default_one():
    root = CHECK.parents[1]
    done = make(root, "--dry-run", "main", "CONFIG=a.yaml b.yaml")
    commands = [line for line in done.stdout.splitlines() if "workflow" in line or "snakemake" in line]
    assert commands[0].endswith("python workflow/check.py 'a.yaml' 'b.yaml'")
    assert commands[1].endswith(" --logger kernelscope --configfile 'a.yaml' 'b.yaml'")
    assert "check.py" not in make(root, "--dry-run", "main").stdout
    assert "CONFIG=" in make(root, "help").stdout.partition("\n")[0]


NAMES = [
    "my config.yaml",
    "it's.yaml",
    'a "b".yaml',
    "$(touch pwned).yaml",
    "$(shell touch pwned).yaml",
    "a;touch pwned",
]
NAMES += ["`touch pwned`", "a & touch pwned", "a|touch pwned", "$HOME.yaml", "a\\b.yaml", "*.yaml", "ä ö.yaml"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("given", ["as a word", "by the environment"])
def test_a_config_of_any_name_reaches_the_programs_as_it_is(tmp_path, name, given):
    """The programs are replaced by one that writes its words down."""
    shutil.copy2(CHECK.parents[1] / "Makefile", tmp_path)
    (tmp_path / name).write_text("training: {epochs: 3}")
    said, found = recorded(tmp_path, "CONFIG", name, given, "verify", "clean", "plan")
    assert found == [["-m", "kernelscope", word, "--configfile", name] for word in ("verify", "clean", "plan")], said
    said, found = recorded(tmp_path, "CONFIG", name, given, "main")
    assert [words[-1] for words in found] == [name] * 2, said
    assert [words[0] for words in found] == ["workflow/check.py", "--cores"]
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("given", ["as a word", "by the environment"])
@pytest.mark.parametrize(("variable", "target", "command"), [("FILE", "trace", "trace"), ("FOLDER", "mine", "images")])
def test_a_file_or_folder_of_any_name_reaches_its_command(tmp_path, name, given, variable, target, command):
    shutil.copy2(CHECK.parents[1] / "Makefile", tmp_path)
    said, found = recorded(tmp_path, variable, name, given, target)
    assert found == [["-m", "kernelscope", command, name]], said
    assert not (tmp_path / "pwned").exists()


def test_config_may_be_several_files_of_which_none_is_obeyed(tmp_path):
    shutil.copy2(CHECK.parents[1] / "Makefile", tmp_path)
    said, found = recorded(tmp_path, "CONFIG", "a.yaml it's.yaml;touch $(touch", "as a word", "verify")
    assert found == [["-m", "kernelscope", "verify", "--configfile", "a.yaml", "it's.yaml;touch", "$(touch"]], said


def recorded(folder: Path, variable: str, value: str, given: str, *targets: str) -> tuple[str, list[list[str]]]:
    """Return what make says, and the words that each program gets if a variable has this value."""
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "words").write_text("")
    for program in ("python", "snakemake"):
        (folder / "bin" / program).write_text(
            '#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done >> words; echo >> words\n'
        )
        (folder / "bin" / program).chmod(0o700)
    environment = {key: text for key, text in os.environ.items() if not key.startswith("MAKE")}
    command = ["make", "-o", ".venv/.ready", f"BIN={folder / 'bin'}", *targets]
    if given == "as a word":
        command.append(f"{variable}={value}")
    else:
        environment[variable] = value
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    calls = (folder / "words").read_text().splitlines()
    return done.stdout + done.stderr, [call.split("\0")[:-1] for call in calls]


@pytest.mark.parametrize("bytes_of_page", [2_000_000, 2_000_001])
def test_an_example_of_more_than_two_megabytes_is_refused(tmp_path, bytes_of_page):
    shutil.copy2(CHECK.parents[1] / "Makefile", tmp_path)
    page = tmp_path / "results/example/index.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(bytes(bytes_of_page))
    said, found = recorded(tmp_path, "UNUSED", "", "as a word", "example")
    assert found == [["--cores", found[0][1], "--logger", "kernelscope", "--configfile", "config/example.yaml"]]
    assert (tmp_path / "docs/_static/example.html").exists() == (bytes_of_page == 2_000_000)
    assert ("got 2000001 bytes, expected at most 2000000" in said) == (bytes_of_page > 2_000_000)


def test_snakemake_refuses_a_target_with_an_old_name_in_a_line_with_the_new_one(fresh):
    folder = "results/smoke/runs/waveforms"
    old, new = (
        f"{folder}/{arch}/seed0/{name}" for arch, name in (("matched", "knockouts.csv"), ("templates", "ablation.csv"))
    )
    done = fresh.snakemake("--dry-run", old, "--configfile", "config/smoke.yaml")
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("kernelscope: ")]
    assert done.returncode == 1
    assert lines == [
        f"kernelscope: {old}: got the old name of a file, expected ablation.csv",
        f"kernelscope: {old}: got the old name 'matched' of the architecture, expected templates",
    ]
    assert fresh.snakemake("--dry-run", new, "--configfile", "config/smoke.yaml").returncode == 0
