"""Files that torch writes: state_dicts, checkpoints of training programs, and what only looks like them."""

import argparse
import dataclasses
import pathlib
import sys
import types
from collections import OrderedDict, defaultdict

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune, spectral_norm, weight_norm
from weight_files.cases import Case, kernels, ready, saved, state


def prefixed(prefix: str) -> dict:
    return {f"{prefix}{name}": value for name, value in state().items()}


def as_type(dtype) -> dict:
    return {name: value.to(dtype) if value.is_floating_point() else value for name, value in state().items()}


def rounded(dtype) -> dict:
    return {name: torch.from_numpy(bank).to(dtype).float().numpy() for name, bank in kernels(ready()).items()}


@dataclasses.dataclass
class Settings:
    """A class of somebody's program."""

    lr: float = 0.1
    layers: tuple = (1, 2)


def of_module(name: str, *classes: str) -> types.ModuleType:
    """Return a module that is not installed, with classes, so that objects of these classes can be saved."""
    module = types.ModuleType(name)
    for each in classes:
        setattr(module, each, type(each, (), {"__module__": name}))
    return module


def omegaconf() -> dict:
    """Return a checkpoint with settings as OmegaConf has them."""
    module = of_module("omegaconf.dictconfig", "DictConfig", "ContainerMetadata", "AnyNode")
    sys.modules |= {"omegaconf": types.ModuleType("omegaconf"), module.__name__: module}
    config, meta, node = module.DictConfig(), module.ContainerMetadata(), module.AnyNode()
    node.__dict__ |= {"_val": 3, "_parent": config}
    meta.__dict__ |= {"ref_type": dict, "object_type": dict, "resolver_cache": defaultdict(dict), "flags": {}}
    config.__dict__ |= {"_metadata": meta, "_content": {"lr": node}, "_parent": None}
    return {"model": state(), "cfg": config}


STATES = {
    "state_dict .pt": Case(saved(state)),
    "state_dict .pth": Case(saved(state, "m.pth")),
    "state_dict .bin": Case(saved(state, "pytorch_model.bin")),
    "state_dict .ckpt": Case(saved(state, "last.ckpt")),
    "state_dict .pth.tar": Case(saved(state, "best.pth.tar")),
    "state_dict .PT": Case(saved(state, "M.PT")),
    "format before torch 1.6": Case(saved(state, _use_new_zipfile_serialization=False)),
    "float16": Case(saved(lambda: as_type(torch.float16), layers=lambda: rounded(torch.float16))),
    "bfloat16": Case(saved(lambda: as_type(torch.bfloat16), layers=lambda: rounded(torch.bfloat16))),
    "float8": Case(saved(lambda: as_type(torch.float8_e4m3fn), layers=lambda: rounded(torch.float8_e4m3fn))),
    "float64": Case(saved(lambda: as_type(torch.float64))),
    "parameters": Case(
        saved(lambda: {name: nn.Parameter(value) for name, value in state().items() if value.is_floating_point()})
    ),
    "channels last": Case(
        saved(lambda: {k: v.to(memory_format=torch.channels_last) if v.ndim == 4 else v for k, v in state().items()})
    ),
    "tied weights": Case(
        saved(
            lambda: state() | {"tied.weight": state()["0.weight"]},
            layers=lambda: (k := kernels(ready())) | {"tied": k["0"]},
        )
    ),
    "sparse": Case(saved(lambda: state() | {"0.weight": state()["0.weight"].to_sparse()})),
    "DataParallel": Case(saved(lambda: prefixed("module."))),
    "compiled": Case(saved(lambda: prefixed("_orig_mod."))),
    "compiled, DataParallel": Case(saved(lambda: prefixed("module._orig_mod."))),
    "compiled in Lightning": Case(saved(lambda: {"state_dict": prefixed("model._orig_mod.")}, "last.ckpt")),
    "compiled in part": Case(saved(lambda: {k.replace("3.", "3._orig_mod."): v for k, v in state().items()})),
    "FSDP wrapped": Case(saved(lambda: prefixed("_fsdp_wrapped_module."))),
    "checkpointed": Case(
        saved(lambda: {k.replace("3.", "3._checkpoint_wrapped_module."): v for k, v in state().items()})
    ),
    "averaged (AveragedModel)": Case(saved(lambda: torch.optim.swa_utils.AveragedModel(ready()).state_dict())),
    "with _metadata": Case(saved(lambda: ready().state_dict())),
}

BESIDE = {  # objects beside the weights
    "Namespace": Case(
        saved(
            lambda: {
                "model": state(),
                "args": argparse.Namespace(lr=0.1, betas=(0.9, 0.99), more=argparse.Namespace(a=1)),
            }
        )
    ),
    "NumPy numbers": Case(
        saved(
            lambda: {
                "model": state(),
                "best": np.float64(0.3),
                "n": np.int64(3),
                "ok": np.bool_(True),
                "half": np.float16(0.5),
            }
        )
    ),
    "NumPy arrays": Case(
        saved(
            lambda: {
                "model": state(),
                "losses": np.ones(3),
                "names": np.array(["a"]),
                "mixed": np.array([1, "a"], object),
            }
        )
    ),
    "a path": Case(saved(lambda: {"model": state(), "file": pathlib.Path("a"), "other": pathlib.PurePosixPath("b")})),
    "OmegaConf": Case(saved(omegaconf)),
    "a class of the program": Case(saved(lambda: {"model": state(), "settings": Settings()})),
    "an empty OrderedDict": Case(saved(lambda: OrderedDict(model=state(), hooks=OrderedDict()))),
    "a defaultdict": Case(saved(lambda: {"model": state(), "log": defaultdict(list, a=[1])})),
    "random states": Case(
        saved(
            lambda: {
                "model": state(),
                "rng": np.random.RandomState(0).get_state(),
                "generator": np.random.default_rng(0),
            }
        )
    ),
    "a device and a dtype": Case(
        saved(
            lambda: {"model": state(), "device": torch.device("cpu"), "dtype": torch.float32, "size": torch.Size([3])}
        )
    ),
    "a date": Case(saved(lambda: {"model": state(), "when": __import__("datetime").datetime(2026, 1, 1)})),
    "a function": Case(saved(lambda: {"model": state(), "activation": torch.nn.functional.relu})),
    "a module": Case(saved(lambda: {"model": state(), "loss": nn.CrossEntropyLoss()})),
}


def of_model(*layers: nn.Module, change=None):
    """Return content and layers of a network of these layers after a change of it."""

    def model() -> nn.Module:
        torch.manual_seed(1)
        made = nn.Sequential(*[make() for make in layers])
        return change(made) or made if change else made

    return model


def written(model, name: str = "m.pt", make=lambda model: model.state_dict(), layers=kernels):
    return saved(lambda: make(model()), name, lambda: layers(model()))


def computed(name: str = "0"):
    """Return the weights of a layer as the network computes with them, for layers whose weight has parts."""

    def layers(model) -> dict:
        layer = model.get_submodule(name).eval()
        for hook in layer._forward_pre_hooks.values():
            hook(layer, None)
        return {name: layer.weight.detach().numpy()}

    return layers


def folded(change):
    model = of_model(lambda: nn.Conv2d(3, 4, 5), change=lambda made: change(made[0]) and None)
    return written(model, layers=computed())


PARTS = {
    "weight norm": Case(folded(lambda layer: weight_norm(layer))),
    "weight norm, parametrized": Case(folded(lambda layer: parametrizations.weight_norm(layer))),
    "spectral norm": Case(folded(lambda layer: spectral_norm(layer))),
    "spectral norm, parametrized": Case(folded(lambda layer: parametrizations.spectral_norm(layer))),
    "pruned": Case(folded(lambda layer: prune.l1_unstructured(layer, "weight", 0.5))),
}
