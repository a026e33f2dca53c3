"""What settings mean, in the words of the schema, for those who read results."""

from experiment.config.nodes import by_source, resolve, schema


def of_training(settings: str) -> dict[str, str]:
    """Return the meaning of each key of `training`, or of `cdbn`."""
    return of_keys(schema()["$defs"][settings])


def of_dataset(definition: dict) -> dict[str, str]:
    """Return the meaning of each key that a dataset of this source has."""
    named = next(iter(schema()["properties"]["datasets"]["patternProperties"].values()))
    return of_keys(resolve(by_source(definition, named["by_source"])))


def of_keys(node: dict) -> dict[str, str]:
    """Return the description of each key of a node."""
    return {key: resolve(child).get("description", "") for key, child in node["properties"].items()}
