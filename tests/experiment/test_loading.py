import copy

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from snakemake.utils import update_config

from experiment.config.schema import ConfigError
from experiment.plan import loading


def written(folder, *configs) -> list[str]:
    """Write a YAML file for each config, and return their paths."""
    paths = [folder / f"{number}.yaml" for number in range(len(configs))]
    for path, config in zip(paths, configs, strict=True):
        path.write_text(yaml.safe_dump(config))
    return [str(path) for path in paths]


def message(*paths) -> str:
    with pytest.raises(ConfigError) as caught:
        loading.load(paths)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_without_a_file_it_is_the_default_experiment():
    experiment = loading.load([])
    assert experiment.results == "results"
    assert experiment.architectures == ["cnnkernels", "stacked", "templates", "templates_random_labels"]


def test_a_file_is_laid_over_the_default_mappings_by_key_and_lists_as_a_whole(tmp_path):
    changes = {
        "experiment": {"seeds": [5]},
        "training": {"epochs": 2},
        "datasets": {"waveforms": {"image_size": [64, 60]}},
    }
    default, experiment = loading.load([]), loading.load(written(tmp_path, changes))
    assert experiment.all_seeds == [5]
    assert experiment.architectures == default.architectures
    assert experiment.training["templates"] == default.training["templates"] | {"epochs": 2}
    dataset = default.config["datasets"]["waveforms"] | {"image_size": [64, 60]}
    assert experiment.config["datasets"]["waveforms"] == dataset


def test_of_several_files_the_last_one_wins(tmp_path):
    first = {"experiment": {"seeds": [1]}, "movie": {"hold_first": 2.0}}
    paths = written(tmp_path, first, {"experiment": {"seeds": [2]}})
    assert loading.load(paths).all_seeds == [2]
    assert loading.load(paths[::-1]).all_seeds == [1]
    assert loading.load(paths).config["movie"]["hold_first"] == 2.0


TREES = st.recursive(
    st.none() | st.integers(0, 3) | st.lists(st.integers(0, 3), max_size=2),
    lambda below: st.dictionaries(st.sampled_from("abc"), below, max_size=3),
    max_leaves=8,
)


@settings(database=None, derandomize=True, deadline=None, max_examples=200)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), TREES, max_size=3), min_size=1, max_size=3))
def test_files_are_laid_over_each_other_as_snakemake_does_it(configs):
    expected, found = {}, {}
    for config in copy.deepcopy(configs):
        update_config(expected, config)
    before = copy.deepcopy(configs)
    for config in configs:
        found = loading.laid_over(found, config)
    assert found == expected
    assert configs == before


def test_json_is_read_too(tmp_path):
    (tmp_path / "a.json").write_text('{"experiment": {"seeds": [9]}}')
    assert loading.load([tmp_path / "a.json"]).all_seeds == [9]


def test_it_is_the_config_that_snakemake_has(fresh):
    """As the specs of the jobs say, from the same files."""
    (fresh.folder / "more.yaml").write_text("experiment: {seeds: [3]}\nmovie: {hold_first: 2}\n")
    files = ["config/smoke.yaml", "more.yaml"]
    target = "results/smoke/runs/waveforms/templates/seed3/movie.gif"
    done = fresh.snakemake("--dry-run", "--printshellcmds", target, "--configfile", *files)
    assert done.returncode == 0, done.stderr
    experiment = loading.load([fresh.folder / file for file in files])
    for rule in ("train_network", "make_movie"):
        spec = experiment.spec(rule, {"dataset": "waveforms", "arch": "templates", "seed": "3"})
        assert f"{rule}.py --spec '{spec}'" in done.stdout + done.stderr


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a list\n", "a: [\n", "text\n", "a: 1\na: {\n", "\x00"])
def test_a_file_that_is_no_config_is_named_in_one_line(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    assert message(path).startswith(f"{path}")


def test_a_file_that_is_not_there_is_named_in_one_line(tmp_path):
    assert "missing.yaml" in message(tmp_path / "missing.yaml")
    assert str(tmp_path) in message(tmp_path)


def test_a_file_that_is_no_text_is_named_in_one_line(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"a: \xff\xfe\n")
    assert message(tmp_path / "a.yaml").startswith(f"{tmp_path}/a.yaml: ")


def test_a_mistake_in_a_config_is_named_with_its_file(tmp_path):
    (path,) = written(tmp_path, {"experiment": {"seeds": [-1]}})
    assert message(path).startswith(f"{path}: experiment.seeds[0]: got -1, expected ")
