"""Checkpoints of training programs: the model beside optimizers, averages and settings."""

import argparse

import torch
from weight_files.cases import Case, kernels, ready, saved, state, stepped


def trained() -> tuple[dict, dict]:
    """Return the states of a network and of its optimizer."""
    model = ready()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    return before, stepped(model)


def recipe(make):
    """Return content made of the state of a network and of its optimizer."""
    return lambda: make(*trained())


PROGRAMS = {
    "PyTorch tutorial": Case(
        saved(
            recipe(lambda m, o: {"epoch": 1, "model_state_dict": m, "optimizer_state_dict": o, "loss": torch.ones(1)})
        ),
        left_out=("optimizer_state_dict: the state of an optimizer",),
    ),
    "Lightning": Case(
        saved(
            recipe(
                lambda m, o: {
                    "epoch": 1,
                    "pytorch-lightning_version": "2.5.0",
                    "state_dict": {f"model.{k}": v for k, v in m.items()},
                    "loops": {"fit_loop": {"state_dict": {}}},
                    "callbacks": {"ModelCheckpoint{'monitor': None}": {"best_model_score": torch.tensor(0.1)}},
                    "optimizer_states": [o],
                    "lr_schedulers": [{"last_epoch": 1}],
                    "hparams_name": "kwargs",
                    "hyper_parameters": {"lr": 0.1},
                }
            ),
            "last.ckpt",
        ),
        left_out=("optimizer_states: the state of an optimizer",),
    ),
    "Lightning with a metric": Case(
        saved(
            lambda: {"state_dict": {f"model.{k}": v for k, v in state().items()} | {"criterion.weight": torch.ones(2)}},
            "last.ckpt",
            layers=lambda: {f"model.{k}": v for k, v in kernels(ready()).items()},
        )
    ),
    "timm": Case(
        saved(
            recipe(
                lambda m, o: {
                    "epoch": 3,
                    "arch": "x",
                    "state_dict": m,
                    "state_dict_ema": m,
                    "optimizer": o,
                    "args": argparse.Namespace(lr=0.1),
                }
            )
        ),
        left_out=("state_dict_ema: another part than state_dict",),
    ),
    "DeepSpeed": Case(
        saved(
            recipe(lambda m, o: {"module": m, "optimizer": None, "ds_config": {"a": 1}, "param_shapes": None}),
            "mp_rank_00_model_states.pt",
        )
    ),
    "fairseq": Case(
        saved(
            recipe(
                lambda m, o: {
                    "args": argparse.Namespace(a=1),
                    "model": m,
                    "last_optimizer_state": o,
                    "optimizer_history": [{"num_updates": 3}],
                }
            )
        ),
        left_out=("last_optimizer_state",),
    ),
    "MMDetection": Case(saved(recipe(lambda m, o: {"meta": {"epoch": 1}, "state_dict": m, "optimizer": o}))),
    "Detectron2": Case(saved(lambda: {"model": {k: v.numpy() for k, v in state().items()}})),
    "averages only": Case(saved(recipe(lambda m, o: {"ema": m, "optimizer": o}))),
    "averages first": Case(
        saved(lambda: {"ema_model": {k: v * 0 for k, v in state().items()}, "net": state()}),
        left_out=("ema_model: another part than net",),
    ),
    "two parts": Case(
        saved(lambda: {"params": {k: v * 0 for k, v in state().items()}, "model": state()}),
        left_out=("params: another part than model",),
    ),
    "a list": Case(saved(recipe(lambda m, o: [o, m]))),
    "nested": Case(saved(recipe(lambda m, o: {"train": 3, "model": {"epoch": 2, "state_dict": m, "optimizer": o}}))),
    "optimizer by names": Case(
        saved(
            recipe(
                lambda m, o: {
                    "model": m,
                    "optim": {"state": {"0.weight": {"exp_avg": m["0.weight"] * 0}}, "param_groups": []},
                }
            )
        )
    ),
    "moments beside the model": Case(
        saved(
            lambda: state() | {"exp_avg": torch.ones(4, 3, 5, 5), "adam": {0: {"exp_avg_sq": torch.ones(4, 3, 5, 5)}}}
        )
    ),
    "an optimizer only": Case(
        saved(recipe(lambda m, o: o), "optimizer.pt", layers={}), refusal="only the state of an optimizer"
    ),
    "moments only": Case(
        saved(recipe(lambda m, o: o["state"]), "optimizer.pt", layers={}),
        refusal="only exp_avg .*the state of an optimizer",
    ),
    "scheduler only": Case(
        saved(lambda: {"last_epoch": 3, "base_lrs": [0.1]}, "scheduler.pt", layers={}),
        refusal="at least one conv weight",
    ),
}
