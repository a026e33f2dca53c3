"""Settings with the defaults of the schema, so that a new config key breaks no benchmark."""

import math

from experiment.config.schema import filled, schema
from experiment.plan import architecture_settings


def dataset(source: str, **keys) -> dict:
    """Return the settings of a dataset with this source: the given keys, and defaults for all others."""
    return filled({"datasets": {"this": {"source": source} | keys}}, schema())["datasets"]["this"]


def training(**keys) -> dict:
    """Return the settings of a training: the given keys, and defaults for all others."""
    return architecture_settings.training({"architectures": {"this": {}}, "training": keys}, "this")


def epochs(settings: dict, images: int) -> int:
    """Return the number of epochs of a training, whether its settings give epochs or steps."""
    return settings["epochs"] or math.ceil(settings["steps"] / math.ceil(images / settings["batch_size"]))
