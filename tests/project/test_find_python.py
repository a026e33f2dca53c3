"""The choice of a Python by `make`, and its message without a suitable Python; with only fake Pythons on PATH."""

import subprocess
from pathlib import Path

import pytest
from projects import ROOT

FIND = f". '{ROOT}/envs/find_python.sh' && find_python"
WHOLE, BARE, BROKEN = "whole", "without ensurepip", "broken"
NO_VENV = (
    "which cannot make a virtual environment (no ensurepip): on Debian and Ubuntu, 'apt-get install python{}-venv'"
)
NEEDED = "Python 3.11, 3.12 or 3.13"
INSTALL = "install one, for example with 'apt-get install python3 python3-venv' or 'uv python install 3.13'"


def fake(path: Path, version: str, state: str = WHOLE) -> str:
    """Write a program that answers like a Python of this version, with or without ensurepip, or that does not run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    answer = {WHOLE: "exit 0", BARE: "exit 1", BROKEN: ""}[state]
    lines = ['case "$*" in', f"  *ensurepip*) {answer} ;;", f"  *) echo {version} ;;", "esac"]
    path.write_text("\n".join(["#!/bin/sh", *(["exit 127"] if state == BROKEN else lines)]) + "\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def find(tmp_path):
    """Return a function from {name: (version, state)} of the available Pythons to (the chosen Python, the message)."""

    def choose(pythons: dict[str, tuple], python: str = "") -> tuple[str, str]:
        for name, about in pythons.items():
            fake(tmp_path / "bin" / name, *about)
        variables = {"PATH": str(tmp_path / "bin"), "PYTHON": python}
        done = subprocess.run(["/bin/sh", "-c", FIND], env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == (0 if done.stdout else 1)
        return done.stdout.strip(), done.stderr

    return choose


@pytest.mark.parametrize(
    ("pythons", "newest"),
    [
        ({"python3": ("3.11",)}, "python3"),
        ({"python3": ("3.13",)}, "python3"),
        ({"python3": ("3.11",), "python3.12": ("3.12",)}, "python3.12"),
        ({"python3": ("3.13",), "python3.12": ("3.12",), "python3.11": ("3.11",)}, "python3"),
        ({"python3": ("3.13",), "python3.13": ("3.13",)}, "python3.13"),
        ({"python3": ("3.14",), "python3.11": ("3.11",)}, "python3.11"),
        ({"python3": ("3.11",), "python3.12": ("3.12", BROKEN), "python3.13": ("3.13", BROKEN)}, "python3"),
        ({"python3": ("3.11",), "python3.13": ("3.13", BARE)}, "python3"),
    ],
)
def test_the_newest_python_that_will_do_is_taken(find, pythons, newest):
    assert find(pythons) == (newest, "")


@pytest.mark.parametrize(
    ("pythons", "there"),
    [
        ({}, "none"),
        ({"python3": ("3.10",)}, "python3 (3.10)"),
        ({"python3": ("3.14",)}, "python3 (3.14)"),
        ({"python3": ("3.9",), "python3.12": ("3.12", BROKEN)}, "python3 (3.9)"),
    ],
)
def test_without_a_suitable_python_a_line_says_what_was_found_and_how_to_install_one(find, pythons, there):
    assert find(pythons) == ("", f"kernelscope: PYTHON: got {there}, expected {NEEDED}; {INSTALL}\n")


def test_a_debian_without_venv_gets_a_line_of_its_own(find):
    line = f"kernelscope: PYTHON: got Python 3.13, {NO_VENV.format('3.13')}\n"
    assert find({"python3": ("3.13", BARE)}) == ("", line)


def test_a_python_that_was_asked_for_is_taken_whatever_else_is_there(find, tmp_path):
    others = {"python3.13": ("3.13",), "python3.11": ("3.11",)}
    assert find(others, "python3.11") == ("python3.11", "")
    given = fake(tmp_path / "a place with blanks" / "python", "3.12")
    assert find(others, given) == (given, "")


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (("3.10",), f"which is Python 3.10; expected {NEEDED}"),
        (("3.14",), f"which is Python 3.14; expected {NEEDED}"),
        (("2.7",), f"which is Python 2.7; expected {NEEDED}"),
        (("3.12", BROKEN), f"which does not run as a Python; expected {NEEDED}"),
        (("3.12", BARE), NO_VENV.format("3.12")),
    ],
)
def test_a_python_that_was_asked_for_and_will_not_do_is_refused_in_a_line(find, tmp_path, about, words):
    given = fake(tmp_path / "with blanks" / "python", *about)
    assert find({"python3": ("3.12",)}, given) == ("", f"kernelscope: PYTHON: got {given}, {words}\n")


def test_a_missing_file_or_a_file_that_is_no_program_is_refused_in_a_line(find, tmp_path):
    gone, text = tmp_path / "gone", tmp_path / "text"
    text.write_text("3.12\n")
    others = {"python3": ("3.12",)}
    expected = f"expected {NEEDED}\n"
    assert find(others, "python9") == ("", f"kernelscope: PYTHON: got python9, which is not there; {expected}")
    assert find(others, str(gone)) == ("", f"kernelscope: PYTHON: got {gone}, which is not there; {expected}")
    assert find(others, str(text)) == ("", f"kernelscope: PYTHON: got {text}, which cannot be executed; {expected}")
    assert find(others, "true") == ("", f"kernelscope: PYTHON: got true, which does not run as a Python; {expected}")
