"""Settings with the schema's own defaults, so that a new key of the config breaks no benchmark."""

import math

from experiment.config.schema import filled, schema
from experiment.plan import architecture_settings


def dataset(source: str, **keys) -> dict:
    """Return the settings of a dataset of this source: these keys, and the defaults of all others."""
    return filled({"datasets": {"this": {"source": source} | keys}}, schema())["datasets"]["this"]


def training(**keys) -> dict:
    """Return the settings of a training: these keys, and the defaults of all others."""
    return architecture_settings.training({"architectures": {"this": {}}, "training": keys}, "this")


def epochs(settings: dict, images: int) -> int:
    """Return how many epochs a training has, whether its settings give epochs or steps."""
    return settings["epochs"] or math.ceil(settings["steps"] / math.ceil(images / settings["batch_size"]))
