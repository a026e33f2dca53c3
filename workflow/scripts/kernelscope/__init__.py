"""What kernels of a convolutional network learn: arrays in, arrays out.

Nothing here knows Snakemake, `results/` or the config. The names of PUBLIC are imported when they are first used,
because torch takes seconds.
"""

import sys
from importlib import import_module
from types import ModuleType

PUBLIC = {  # name -> module
    "FastaiCallback": "kernelscope.recording.fastai_callback",
    "KerasCallback": "kernelscope.recording.keras_callback",
    "LightningCallback": "kernelscope.recording.lightning_callback",
    "Recorder": "kernelscope.recording.recorder",
    "TransformersCallback": "kernelscope.recording.transformers_callback",
    "compare": "kernelscope.api.comparing",
    "load_network": "kernelscope.api.networks",
    "look": "kernelscope.api.looking",
    "read": "kernelscope.api.reading",
    "save_network": "kernelscope.api.networks",
    "to_mlflow": "kernelscope.api.live",
    "to_tensorboard": "kernelscope.api.live",
    "to_wandb": "kernelscope.api.live",
    "statements": "kernelscope.api.runs",
}


class Package(ModuleType):
    """The package: its public names stay functions where a package inside has the same name (`statements`)."""

    def __setattr__(self, name: str, value) -> None:
        if not (name in PUBLIC and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = Package


def __getattr__(name: str):
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(PUBLIC[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *PUBLIC]
