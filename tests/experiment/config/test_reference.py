"""The reference in config/README.md is made from the schema, and the default config states every key."""

import yaml
from projects import ROOT

from experiment.config.reference import written_into
from experiment.config.schema import resolve, schema

CONFIG = ROOT / "config"


def test_the_reference_is_up_to_date():
    text = (CONFIG / "README.md").read_text()
    assert written_into(text) == text, "run `make reference`"


def test_the_default_config_states_every_key_of_training_and_datasets():
    config = yaml.safe_load((CONFIG / "config.yaml").read_text())
    definitions = schema()["$defs"]
    assert set(config["training"]) == set(definitions["training"]["properties"])
    assert set(config["datasets"]["waveforms"]) == set(definitions["dataset"]["properties"])
    for section in ("comparison", "analysis", "figures", "movie"):
        assert set(config[section]) == set(schema()["properties"][section]["properties"])


def test_every_key_has_a_description():
    def undescribed(node, path):
        node = resolve(node)
        missing = [] if node.get("description") else [path]
        for key, child in node.get("properties", {}).items():
            missing += undescribed(child, f"{path}.{key}")
        return missing

    for key, child in schema()["properties"].items():
        assert undescribed(child, key) == []
    for name in ("dataset", "architecture", "training"):
        assert undescribed({"$ref": f"#/$defs/{name}"}, name) == []
