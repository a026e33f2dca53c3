"""The command of a rule, as Snakemake receives it."""

import re
import subprocess
from types import SimpleNamespace

import pytest
from snakemake.utils import format as filled

from experiment.plan.commands import command

HOSTILE = ("a b", "$(touch pwned)", "`touch pwned`", "a'b", 'a"b', "a\nb", "a; touch pwned", "*", "{x}", "\\", "ü")


def test_every_file_is_an_option_of_its_name_inputs_first():
    assert command("kernels run -> figure") == (
        "{params.python:q} {params.script:q} --spec {params.spec:q}"
        " --kernels {input.kernels:q} --run {input.run:q} --figure {output.figure:q}"
        " --manifest {output.manifest:q} --code {params.code:q} --software {params.software:q}"
        " --usage {output.usage:q} > {log:q} 2>&1"
    )


def test_params_and_threads_are_said_to_be_such():
    words = command("threads params.runs matches -> subspace_fit")
    assert " --threads {threads:q} --runs {params.runs:q} --matches {input.matches:q}" in words
    assert " --subspace-fit {output.subspace_fit:q}" in words
    assert words.endswith(" > {log:q} 2>&1")


def test_every_value_is_quoted():
    words = command("threads a params.b -> c d")
    values = re.findall(r"\{([^{}]*)\}", words)
    assert len(values) == 13
    assert [value for value in values if not value.endswith(":q")] == []
    assert not set("{}$`'\"\\") & set(re.sub(r"\{[^{}]*\}", "", words))


@pytest.mark.parametrize("value", HOSTILE)
def test_a_shell_takes_any_value_as_one_word(value, tmp_path):
    words = command("a -> b").replace("{params.python:q}", "printf '%s\\0'").replace(" > {log:q} 2>&1", "")
    names = ("script", "spec", "code", "software", "a", "b", "manifest", "usage")
    names = SimpleNamespace(**dict.fromkeys(names, value))
    text = filled(words, params=names, input=names, output=names)
    done = subprocess.run(["bash", "-c", text], cwd=tmp_path, capture_output=True, text=True, check=True)
    options = ("--spec", "--a", "--b", "--manifest", "--code", "--software", "--usage")
    assert done.stdout.split("\0") == [value, *(word for name in options for word in (name, value)), ""]
    assert list(tmp_path.iterdir()) == []
