"""Hostile configs through real Snakemake: exit status 1, clear lines, and no file but Snakemake's own."""

import hostile
import pytest
import yaml
from hostile import MOST_LINES
from hypothesis import HealthCheck, Phase, assume, given, settings
from starts import files, refusal
from tiers import budget

from experiment.config.problems import ConfigError
from experiment.plan import loading

FIXTURE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
PHASES = [Phase.generate]


def start(project, content: bytes) -> list[str]:
    """Return the lines that refuse a config file; nothing is written."""
    (project.folder / "bad.yaml").write_bytes(content)
    before = files(project.folder.parent)
    done = project.snakemake("--dry-run", "--configfile", "bad.yaml")
    assert files(project.folder.parent) == before
    return refusal(done)


def dumped(**config) -> bytes:
    return yaml.safe_dump(config).encode()


HOSTILE = {
    "a name for the shell": dumped(datasets={"$(touch pwned); 'touch pwned' \"`touch pwned`\"": {}}),
    "a name of wildcards": dumped(architectures={"{seed}": {"network": "templates"}}, experiment={"seeds": ["{arch}"]}),
    "results that lead outside": dumped(pathvars={"results": "results/../../<logs>/{dataset}"}),
    "an unseen name": dumped(experiment={"architectures": ["templates\u202e\u200b\ud800\n\x1b[31m"]}),
    "a command": b"training: !!python/object/apply:os.system ['touch pwned']",
    "a key of 5000 hexadecimal digits": b"? 0x" + b"f" * 5000 + b"\n: 3\n",
    "no mapping": b"- training\n",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_config_is_refused_in_a_line_for_each_problem_and_nothing_is_written(fresh, case):
    assert len(start(fresh, HOSTILE[case])) == (2 if case == "a name of wildcards" else 1)


@settings(
    max_examples=budget(3),
    database=None,
    derandomize=True,
    deadline=None,
    suppress_health_check=FIXTURE,
    phases=[Phase.generate],
)
@given(config=hostile.invalid_configs())
def test_a_random_broken_config_is_refused_in_lines_and_nothing_is_written(fresh, config):
    assume(isinstance(config.get("pathvars", {}), dict))  # see below
    (fresh.folder / "bad.yaml").write_text(yaml.dump(config))
    try:
        loading.load([str(fresh.folder / "bad.yaml")])
    except ConfigError:
        assert 1 <= len(start(fresh, yaml.dump(config).encode())) <= MOST_LINES
    else:
        assume(False)  # config.yaml fills the gap


RUNS_CODE = b"__use_yte__: true\npictures:\n  colormap: ?__import__('os').system('touch pwned') or 'gray'\n"


@pytest.mark.xfail(reason="Snakemake reads config files, and obeys templates in them, before the workflow has a say")
@pytest.mark.parametrize("content", [b"pathvars: results", RUNS_CODE], ids=["no mapping", "a template"])
def test_what_snakemake_itself_makes_of_a_config_is_refused_in_one_line(fresh, content):
    assert len(start(fresh, content)) == 1
