"""The code of pretrained networks and the images that they are probed with, as far as planning knows them."""

import os
import re
from pathlib import Path

from experiment.config.problems import ConfigError, completed
from experiment.plan.hash_cache import digest
from experiment.plan.pretrained import BANKS, Run
from kernelscope.hooks import image_files
from kernelscope.refusal import quoted, refuse

MODEL = re.compile(r"(?P<file>.+\.py):(?P<function>[A-Za-z_]\w*)")
OF_IMAGES = ("image_size", "mean", "std")


def chosen(name: str, settings: dict, runs: dict[int, Run]) -> dict:
    """Return the model of a dataset as probe_model takes it; {} without one. ConfigError for what does not fit."""
    try:
        return described(settings, list(runs.values()))
    except (ValueError, OSError) as error:
        raise ConfigError(completed(("datasets", name), error)) from None


def described(settings: dict, runs: list[Run]) -> dict:
    """Return the hashes of the code and of the images, and how images become inputs; {} without a model."""
    if settings["model"] is None:
        for key in ("images", *OF_IMAGES):
            if settings[key] is not None:
                refuse(f".{key}", f"{key} without a model", "`model: mymodule.py:make` beside it")
        return {}
    if settings["images"] is None:
        refuse(".model", "a model without images", "`images`, a folder of images for it")
    if not os.path.isfile(code_of(settings)):  # noqa: PTH113  # Path refuses long names
        refuse(".model", f"{quoted(str(code_of(settings)))}, which is not a file here", "the Python file of the model")
    for run in runs:
        check(run)
    about = {"function": MODEL.fullmatch(settings["model"])["function"], "code": digest(code_of(settings))}
    about["images"] = image_files.content(Path(settings["images"]), digest, ".images")
    return about | {key: settings[key] for key in OF_IMAGES}


def code_of(settings: dict) -> Path:
    """Return the Python file of a model."""
    match = MODEL.fullmatch(settings["model"])
    if match is None:
        refuse(".model", quoted(settings["model"]), "a file and a function, such as `mymodule.py:make`")
    return Path(match["file"])


def check(run: Run) -> None:
    """Raise ValueError unless the last file of a run may hold the weights of a whole network."""
    file = run.files[-1][0]
    if file.layer is not None or file.kernel is not None:
        refuse(".model", f"a model for files of single layers or kernels ({file.name})", "files with all weights")
    if Path(file.name).name == BANKS:
        refuse(".model", f"a model for {file.name}, which has kernels alone", "files with all weights")
