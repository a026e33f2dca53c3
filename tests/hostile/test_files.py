"""Files and arguments from elsewhere, well-formed but wrong: one line, no traceback, and no code of theirs is run."""

import json
import runpy
import signal
import sys
import warnings
from pathlib import Path

import pytest
from hostile_archives import ARCHIVES
from projects import ROOT

WORKFLOW = ROOT / "workflow"
RUN = "results/smoke/runs/waveforms/templates/seed0"
SPEC = {"dataset": "d", "arch": "a", "seed": 0, "colormap": "gray"}


@pytest.fixture
def script(tmp_path, monkeypatch, smoke):
    """A function that runs a script on the files of a finished run, but for those given; its last line, "" if it works.

    In this process, as starting twenty is slow; whatever a script does not tell in a line comes through as it is.
    """
    monkeypatch.chdir(tmp_path)

    def call(rule: str, *outputs: str, spec: str = json.dumps(SPEC), **inputs: Path) -> str:
        usual = {"kernels": "kernels.npz", "run": "run.json", "table": "history.csv"}
        paths = {name: inputs.get(name, smoke.folder / RUN / usual[name]) for name in READS[rule]}
        paths |= {name: tmp_path / "made" / f"{name}.png" for name in outputs}
        words = [word for name, path in paths.items() for word in (f"--{name}", str(path))]
        monkeypatch.setattr(sys, "argv", [f"{rule}.py", "--spec", spec, *words])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                runpy.run_path(str(WORKFLOW / f"scripts/{rule}.py"), run_name="__main__")
        except SystemExit as end:
            assert not list(tmp_path.glob("made/*"))
            assert not Path("pwned").exists()
            return str(end.code)
        return ""

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    yield call
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
    assert not Path("pwned").exists()


READS = {"draw_history": ("table", "run"), "draw_montage": ("kernels", "run")}


def at_most_one_line(text: str) -> None:
    """A script may also be able to use the file."""
    assert len(text.splitlines()) <= 1
    assert len(text) < 1000


@pytest.mark.parametrize("case", ARCHIVES)
def test_kernels_that_are_none_are_one_line(script, tmp_path, case):
    path = tmp_path / "kernels.npz"
    ARCHIVES[case](path)
    at_most_one_line(script("draw_montage", "montage", kernels=path))


OUTCOMES = {
    "a list": "[]",
    "a number": "3",
    "null": "null",
    "a word": '"failure"',
    "an object without keys": "{}",
    "lists 100000 deep": "[" * 100_000 + "]" * 100_000,
    "objects 100000 deep": '{"test":' * 100_000 + "1" + "}" * 100_000,
    "5000 digits": '{"constant_predictor_loss": ' + "9" * 5000 + "}",
    "a loss that is a word": {"constant_predictor_loss": "high"},
    "no loss": {"constant_predictor_loss": None},
    "scores that are a list": {"test": []},
    "an accuracy that is an object": {"test": {"accuracy": {}, "loss": 1, "within": None}},
}


@pytest.mark.parametrize("case", OUTCOMES)
def test_an_outcome_that_is_none_is_one_line(script, smoke, tmp_path, case):
    path, content = tmp_path / "run.json", OUTCOMES[case]
    whole = json.loads((smoke.folder / RUN / "run.json").read_text())
    path.write_text(content if isinstance(content, str) else json.dumps(whole | content))
    at_most_one_line(script("draw_history", "history", run=path))


HISTORIES = {
    "a header only": lambda text: text.splitlines()[0] + "\n",
    "a formula": lambda text: text.replace("0,0,", "=1+1,0,", 1),
    "a quote that does not end": lambda text: text + '"',
    "NUL": lambda text: text + "\0",
    "a cell of 200000 letters": lambda text: text + "x" * 200_000,
    "other columns": lambda text: "a,b\n1,2\n",
}


@pytest.mark.parametrize("case", HISTORIES)
def test_a_history_that_is_none_is_one_line(script, smoke, tmp_path, case):
    path = tmp_path / "history.csv"
    path.write_text(HISTORIES[case]((smoke.folder / RUN / "history.csv").read_text()))
    at_most_one_line(script("draw_history", "history", table=path))


def test_numbers_that_json_does_not_have_are_drawn_or_one_line(script, smoke, tmp_path):
    path = tmp_path / "run.json"
    whole = json.loads((smoke.folder / RUN / "run.json").read_text())
    path.write_text(json.dumps(whole | {"constant_predictor_loss": float("nan"), "failure": "$\\frac{ =1+1 <b> {x}"}))
    at_most_one_line(script("draw_history", "history", run=path))


@pytest.mark.parametrize(
    "spec", ["", "[]", "3", "null", '"x"', "{}", "{", "[" * 50_000, '{"seed": ' + "9" * 5000 + "}"]
)
def test_a_spec_that_is_none_ends_a_script_in_words(script, spec):
    assert script("draw_history", "history", spec=spec)


@pytest.mark.parametrize("spec", ["@missing", "@.", "@", "@/dev/null", "@binary", "@deep"])
def test_a_spec_file_that_is_none_ends_a_script_in_words(script, spec):
    Path("binary").write_bytes(b"\xff\xfe\x00")
    Path("deep").write_text("[" * 100_000)
    assert script("draw_history", "history", spec=spec)
