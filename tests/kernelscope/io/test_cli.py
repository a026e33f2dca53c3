import json
import re
import subprocess
import sys

import pytest
from projects import ROOT

SCRIPTS = ROOT / "workflow" / "scripts"
SCRIPT = f'''
"""Do something."""
import sys
sys.path.insert(0, {str(SCRIPTS)!r})
from kernelscope.io import cli as command
from kernelscope.refusal import Refusal

def do_it(spec: dict, in_file: str, table: str) -> None:
    """spec: {{"fail"}}."""
    fail = spec.get("fail")
    if fail == "value":
        raise Refusal("the size is 3\\n   and must be\\t4")
    if fail == "library":
        [].index(3)
    if fail == "file":
        open(in_file)
    if fail == "silent":
        raise MemoryError
    if fail == "bug":
        raise TypeError("a bug")
    print(sorted(spec.items()), in_file, table)

if __name__ == "__main__":
    command.run(do_it, "Do something.")
'''


@pytest.fixture
def tool(tmp_path):
    script = tmp_path / "do_it.py"
    script.write_text(SCRIPT)

    def call(*arguments):
        return subprocess.run(
            [sys.executable, "-S", "-E", str(script), *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )

    return call


def test_every_parameter_of_the_function_is_an_option(tool):
    done = tool("--table", "t.csv", "--spec", '{"b": [1, 2], "a": null}', "--in-file", "x.npz")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "[('a', None), ('b', [1, 2])] x.npz t.csv\n"


def test_a_spec_may_stand_in_a_file(tool, tmp_path):
    (tmp_path / "my spec.json").write_text(json.dumps({"a": "from the file"}))
    done = tool("--spec", "@my spec.json", "--in-file", "x", "--table", "y")
    assert done.stdout == "[('a', 'from the file')] x y\n"


def test_help_says_what_it_does_and_names_all_options(tool):
    done = tool("--help")
    assert done.returncode == 0
    for words in ("Do something.", "--spec", "--in-file", "--table", "do_it.py"):
        assert words in done.stdout


@pytest.mark.parametrize(
    ("fail", "line"),
    [
        ("value", "do_it.py: the size is 3 and must be 4\n"),
        ("file", "do_it.py: [Errno 2] No such file or directory: 'no.npz'\n"),
        ("silent", "do_it.py: not enough memory\n"),
    ],
)
def test_an_error_is_one_line_and_the_exit_status_is_1(tool, fail, line):
    done = tool("--spec", json.dumps({"fail": fail}), "--in-file", "no.npz", "--table", "t.csv")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", line)


def test_an_error_of_a_library_says_where_it_was_met(tool):
    done = tool("--spec", json.dumps({"fail": "library"}), "--in-file", "x", "--table", "t.csv")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert re.fullmatch(
        r"do_it\.py: 3 is not in list \(at \S+\.py, line \d+, where no error was expected: please report it\)\n",
        done.stderr,
    )


def test_a_bug_keeps_its_traceback(tool):
    done = tool("--spec", '{"fail": "bug"}', "--in-file", "x", "--table", "y")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "in do_it" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--spec", "{}"], "the following arguments are required: --in-file, --table"),
        (["--spec", "{", "--in-file", "x", "--table", "y"], "--spec: invalid spec value: '{'"),
        (["--spec", "[1]", "--in-file", "x", "--table", "y"], "--spec: got [1], expected a JSON object"),
        (["--spec", "{}", "--in-file", "x", "--table", "y", "--more", "z"], "unrecognized arguments: --more z"),
    ],
)
def test_wrong_arguments_end_with_what_is_wrong_and_status_2(tool, arguments, words):
    done = tool(*arguments)
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_spec_file_that_is_missing_is_an_error_of_one_line(tool):
    done = tool("--spec", "@missing.json", "--in-file", "x", "--table", "y")
    assert done.returncode != 0
    assert "missing.json" in done.stderr
    assert "Traceback" not in done.stderr
