"""Small odd collections of pretrained kernels: files of single kernels, checkpoints, kernels.npz and single banks."""

import random
from pathlib import Path

import numpy as np
import torch

ENDS = ("pt", "npy")
OTHERS = {  # weights of a checkpoint that are no kernels of a conv layer
    "conv1.bias": (3,),
    "norm.running_var": (3,),
    "fc.weight": (2, 5),
    "mix.weight": (4, 3, 1, 1),
    "long.weight": (2, 3, 1, 5),
}


def publish(root: Path, chance: random.Random, layout: str) -> tuple[int, dict]:
    """Write the files of one to three runs; return their number, and settings of their dataset."""
    rng, runs = np.random.default_rng(chance.randrange(2**32)), chance.choice((1, 2, 2, 3))
    shapes = {"conv1": shape(chance), "layer1.0.conv2": shape(chance)}
    times = chance.choice(([0, 1, 30], [5, 10], [7], [0, 200]))
    oddity = chance.choice(("", "", "constant", "zero", "huge", "equal", "not finite"))
    for run in range(runs):
        start = {name: rng.normal(0, 0.1, bank) for name, bank in shapes.items()}
        end = {name: np.cumsum(rng.normal(0, 0.1, bank), -1) for name, bank in shapes.items()}
        states = [{name: start[name] + time / 30 * end[name] for name in shapes} for time in times]
        for state in states:
            spoilt(state["conv1"], oddity)
        WRITERS[layout](root / f"run{run}", dict(zip(times, states, strict=True)), chance)
    for name in ("README.md", "run0/best.txt"):
        if chance.random() < 0.3:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("about these kernels")
    settings = {"min_max_normalized": True} if chance.random() < 0.2 else {}
    if layout == "checkpoints" and chance.random() < 0.3:
        settings["layers"] = [chance.choice(("conv1", "*conv*", "layer1.*"))]
    return runs, settings


def shape(chance: random.Random) -> tuple[int, int, int, int]:
    side = chance.choice((1, 2, 3, 3, 5, 8))
    return chance.randint(1, 6), chance.choice((1, 1, 3, 4, 20)), side, side


def spoilt(bank: np.ndarray, oddity: str) -> None:
    """Make the first kernel of a bank odd, or the whole bank."""
    if oddity == "equal":
        bank[:] = bank[0]
    elif oddity == "huge":
        bank *= 1e30
    elif oddity:
        bank[0] = {"constant": 0.3, "zero": 0.0, "not finite": np.nan}[oddity]


def kernel_files(run: Path, states: dict[int, dict], chance: random.Random) -> None:
    """Write a PyTorch file for each kernel of the first layer."""
    run.mkdir(parents=True)
    for time, state in states.items():
        for number, kernel in enumerate(state["conv1"].astype("f4")):
            torch.save(torch.from_numpy(kernel.copy()), run / f"kernel_{time}_{number}.pt")


def checkpoints(run: Path, states: dict[int, dict], chance: random.Random) -> None:
    """Write a state_dict for each time, perhaps within a checkpoint, with weights that are no kernels."""
    run.mkdir(parents=True)
    dtype = chance.choice((torch.float32, torch.float64, torch.float16))
    prefix, is_nested = chance.choice(("", "module.")), chance.random() < 0.5
    for time, state in states.items():
        weights = {f"{name}.weight": torch.from_numpy(bank) for name, bank in state.items()}
        weights |= {name: torch.ones(shape) for name, shape in OTHERS.items()}
        content = {f"{prefix}{name}": array.to(dtype) for name, array in weights.items()}
        optimizer = {"state": {0: {"exp_avg": torch.ones(3, 3, 3, 3)}}, "param_groups": []}
        torch.save(
            {"epoch": time, "model": content, "optimizer": optimizer} if is_nested else content, run / f"{time}.pt"
        )


def history(run: Path, states: dict[int, dict], chance: random.Random) -> None:
    """Write all states into one kernels.npz."""
    run.mkdir(parents=True)
    banks = {
        name: np.stack([state[name] for state in states.values()]).astype("f4") for name in next(iter(states.values()))
    }
    np.savez(run / "kernels.npz", steps=np.array(list(states)), epochs=np.array(list(states), "f4"), **banks)


def banks(run: Path, states: dict[int, dict], chance: random.Random) -> None:
    """Write the first layer as an array for each time."""
    run.mkdir(parents=True)
    for time, state in states.items():
        np.save(run / f"{time}.npy", state["conv1"].astype(chance.choice(("f4", "f8"))))


WRITERS = {"kernel files": kernel_files, "checkpoints": checkpoints, "kernels.npz": history, "banks": banks}
