"""What kernels of a convolutional network learn: arrays in, arrays out.

Nothing here knows Snakemake, `results/` or the config. The names of PUBLIC are imported when they are first used,
because torch takes seconds.
"""

from importlib import import_module

PUBLIC = {"Recorder": "kernelscope.recording.recorder"}  # name -> module


def __getattr__(name: str):
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(PUBLIC[name]), name)


def __dir__() -> list[str]:
    return [*globals(), *PUBLIC]
