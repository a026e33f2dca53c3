"""Config files of any content, through the loader of `workflow/results.py`: a config, or the lines that refuse it."""

import json
import subprocess
import sys
from pathlib import Path

import hostile
import pytest
import yaml
from configs import valid_configs
from hostile import one_line
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tiers import budget, rows

from experiment.config.problems import ConfigError
from experiment.plan import loading
from experiment.plan.experiment import Experiment
from experiment.plan.jobs import jobs

RESULTS = Path(loading.__file__).parents[2] / "results.py"
SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.large_base_example]
PHASES = [Phase.explicit, Phase.generate]
quick = settings(database=None, derandomize=True, deadline=None, suppress_health_check=SLOW, phases=PHASES)


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Return the path of a config file, alone in the working folder and not written yet."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "own.yaml"


def refusal(path) -> str:
    """Return the lines that refuse a file, "" if it is accepted."""
    try:
        loading.load([str(path)])
    except ConfigError as error:
        return one_line(error)
    return ""


def specs(experiment) -> list[str]:
    return [experiment.spec(job.rule, job.wildcards) for job in jobs(experiment)]


@settings(quick, max_examples=budget(20))
@given(config=valid_configs(), flow=st.sampled_from([None, True, False]))
def test_a_valid_config_means_the_same_in_yaml_and_json(file, config, flow):
    """What it leaves out is as in config.yaml, which states the defaults."""
    expected = specs(Experiment(config))
    file.write_text(yaml.safe_dump(config, default_flow_style=flow, sort_keys=False), encoding="utf-8")
    assert specs(loading.load([str(file)])) == expected
    file.write_text(json.dumps(config), encoding="utf-8")
    assert specs(loading.load([str(file)])) == expected


@settings(quick, max_examples=budget(40))
@given(config=hostile.invalid_configs() | hostile.junk())
def test_a_broken_config_in_yaml_is_accepted_or_refused_in_one_line(file, config):
    """Accepted are configs whose gaps config.yaml fills, such as a missing section."""
    file.write_text(yaml.dump(config), encoding="utf-8")
    refusal(file)


@settings(quick, max_examples=budget(100))
@given(content=st.binary(max_size=60) | st.text(st.characters(codec="utf-8"), max_size=60).map(str.encode))
def test_random_bytes_and_random_text_are_refused_in_one_line(file, content):
    file.write_bytes(content)
    assert refusal(file)


def nested(start: str, end: str, levels: int) -> bytes:
    return (start * levels + "1" + end * levels).encode()


CONTENT = {
    "nothing": b"",
    "a comment": b"# nothing\n",
    "a list": b"[experiment]",
    "a word": b"experiment",
    "a number": b"3",
    "null": b"null",
    "two documents": b"training: {}\n---\ntraining: {}\n",
    "a bracket that does not end": b"training: {epochs: [1, 2\n",
    "a quote that does not end": b'training: {device: "cpu\n',
    "tabs": b"training:\n\tepochs: 3\n",
    "NUL": b'training: {device: "\x00"}',
    "a control sequence": b'training: {device: "\x1b[31m"}',
    "Latin-1": 'training: {device: "é"}'.encode("latin-1"),
    "UTF-16": "training: {}".encode("utf-16"),
    "half of a character": b'training: {device: "\xc3"}',
    "a pickle": b"\x80\x04K\x01.",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "a command": b"training: !!python/object/apply:os.system ['touch pwned']",
    "a command in an object": b"training: !!python/object/new:os.system ['touch pwned']",
    "a template that runs a command": b"__use_yte__: true\ntraining:\n  epochs: ?open('pwned', 'w') and 3\n",
    "a template that fails": b"__use_yte__: true\ntraining:\n  epochs: ?1 / 0\n",
    "a template that ends Python": b"__use_yte__: true\ntraining:\n  epochs: ?exit(0)\n",
    "a function": b"training: !!python/name:os.system",
    "a module": b"training: !!python/module:os",
    "an unknown tag": b"training: !own {epochs: 3}",
    "a set": b"training: !!set {epochs, batch_size}",
    "a tuple": b"training: !!python/tuple [1, 2]",
    "pairs": b"training: !!pairs [epochs: 3]",
    "bytes": b"training: !!binary " + b"QUJD" * 400,
    "a date": b"training: 2026-01-02",
    "a date that is none": b"training: 2026-99-99",
    "a whole number that is none": b"training: {epochs: !!int ten}",
    "a whole number without digits": b'training: {epochs: !!int ""}',
    "a hexadecimal number without digits": b"training: {epochs: 0x_}",
    "a number that is none": b"training: {learning_rate: !!float fast}",
    "a truth that is none": b"comparison: {ignore_sign: !!bool maybe}",
    "5000 digits": b"training: {epochs: " + b"9" * 5000 + b"}",
    "5000 digits in JSON": b'{"training": {"epochs": ' + b"9" * 5000 + b"}}",
    "a key of 5000 hexadecimal digits": b"? 0x" + b"f" * 5000 + b"\n: 3\n",
    "a list as key": b"? [1, 2]\n: 3\n",
    "a tuple as key": b"? !!python/tuple [1, " + b"2" * 1000 + b"]\n: 3\n",
    "no key": b"? \n: 3\n",
    "an alias of nothing": b"training: *nothing",
    "a mapping that contains itself": b"training: &a\n  weight_decay: *a\n",
    "a list that contains itself": b"training: &a [*a]\n",
    "a merge of a number": b"training: {<<: 3}",
    "lists 3000 deep": b"training: " + nested("[", "]", 3000),
    "lists 100000 deep in JSON": b'{"training": ' + nested("[", "]", 100_000) + b"}",
    "mappings 900 deep": nested('{"a": ', "}", 900),
    "not a number": b'{"training": {"learning_rate": NaN}}',
    "infinite": b'{"training": {"learning_rate": 1e400}}',
    "half of a surrogate pair": b'{"training": {"device": "\\ud800"}}',
    "5 million letters": b'{"training": {"device": "' + b"x" * 5_000_000 + b'"}}',
    "a long file name as a key": b'{"' + b"x" * 5000 + b'": {"1": NaN}}',
}


SLOW = ("lists 3000 deep", "5 million letters")


@pytest.mark.parametrize("case", rows(CONTENT, *(case for case in CONTENT if case not in SLOW)))
def test_what_is_no_config_is_refused_in_one_line_and_not_obeyed(file, case):
    file.write_bytes(CONTENT[case])
    assert refusal(file)
    assert [path.name for path in file.parent.iterdir()] == ["own.yaml"]


@pytest.mark.parametrize("path", ["missing.yaml", ".", "/", "", "x" * 300, "a\nb", "a\x00b", "/dev/null"])
def test_a_file_that_cannot_be_read_is_refused_in_one_line(file, path):
    assert refusal(path)


@pytest.mark.parametrize("case", ["UTF-16", "a command", "mappings 900 deep"])
@pytest.mark.parametrize("command", ["verify", "clean"])
def test_the_command_line_says_it_in_one_line(file, case, command):
    file.write_bytes(CONTENT[case])
    words = [sys.executable, str(RESULTS), command, "--configfile", "own.yaml"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("kernelscope: ")
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in file.parent.iterdir()] == ["own.yaml"]
