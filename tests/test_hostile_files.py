"""Files and arguments from elsewhere, well-formed and wrong: one line, no traceback, and nothing in them is obeyed."""

import json
import os
import runpy
import signal
import struct
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

WORKFLOW = Path(__file__).parents[1] / "workflow"
RUN = "results/smoke/runs/waveforms/matched/seed0"
SPEC = {"dataset": "d", "arch": "a", "seed": 0, "colour_map": "gray"}


class Evil:
    """Where it is unpickled, it makes a file."""

    def __reduce__(self):
        return os.system, ("touch pwned",)


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
    """A script may also find that it can use a file after all."""
    assert len(text.splitlines()) <= 1
    assert len(text) < 1000


def npz(path: Path, **arrays) -> None:
    np.savez(path, **{"steps": np.array([0, 1]), "epochs": np.array([0.0, 1.0]), **arrays})


def saved(path: Path, array: np.ndarray) -> None:
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=True)


def header(path: Path, shape: str, kind: str = "'<f8'") -> None:
    """An archive of one array whose header says anything."""
    text = f"{{'descr': {kind}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv1.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + b"\0" * 64)


ARCHIVES = {
    "objects": lambda path: npz(path, conv1=np.array([Evil()], object)),
    "an array alone": lambda path: saved(path, np.zeros(3)),
    "objects alone": lambda path: saved(path, np.array([Evil()], object)),
    "a command in the header": lambda path: header(path, "(__import__('os').system('touch pwned'),)"),
    "brackets in the header": lambda path: header(path, "(" * 3000),
    "a shape of 8 petabytes": lambda path: header(path, "(1000000, 1000000, 1000)"),
    "a negative shape": lambda path: header(path, "(-1,)"),
    "no such kind of number": lambda path: header(path, "(1,)", "'zz'"),
    "no arrays": lambda path: np.savez(path),
    "no kernels": npz,
    "a number": lambda path: npz(path, conv1=np.array(3.0)),
    "words": lambda path: npz(path, conv1=np.full((2, 2, 1, 5, 5), "a")),
    "complex numbers": lambda path: npz(path, conv1=np.ones((2, 2, 1, 5, 5), complex)),
    "no snapshots": lambda path: npz(path, conv1=np.zeros((0, 2, 1, 5, 5))),
    "kernels without pixels": lambda path: npz(path, conv1=np.zeros((2, 2, 1, 0, 0))),
}


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
