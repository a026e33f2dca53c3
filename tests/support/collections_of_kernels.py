"""A small synthetic collection of pretrained kernels, with two runs, and pools of kernels with planted types."""

from pathlib import Path

import numpy as np
import yaml

from kernelscope.comparison import pool

SIDE = 8


def smooth(seed: int, count: int) -> np.ndarray:
    """Return slightly smoothed noise kernels (count, 1, SIDE, SIDE)."""
    noise = np.random.default_rng(seed).normal(size=(count, 1, SIDE + 1, SIDE + 1))
    return (noise[..., 1:, 1:] + noise[..., :-1, 1:] + noise[..., 1:, :-1] + noise[..., :-1, :-1]) / 4


def min_max_normalized(bank: np.ndarray) -> np.ndarray:
    """Return a bank scaled to 0..1, as the origin publishes its kernels."""
    return ((bank - bank.min()) / (bank.max() - bank.min())).astype(np.float32)


def publish(folder: Path) -> None:
    """Write run `a` with 3 kernels, untrained and trained; run `b` with 2 kernels, only trained; losses for both."""
    noise = np.random.default_rng(9).uniform(size=(3, 1, SIDE, SIDE))
    for run, epoch, bank in (("a", 0, noise), ("a", 40, noise + 2 * smooth(1, 3)), ("b", 60, smooth(2, 2))):
        (folder / run).mkdir(parents=True, exist_ok=True)
        for i, kernel in enumerate(min_max_normalized(bank)):
            np.save(folder / run / f"kernel_{epoch:03}_{i}.npy", kernel)
    for run in "ab":
        (folder / run / "loss.csv").write_text("epoch,loss\n0,2.5\n20,0.5\n40,0.25\n")


def config(folder: str, **settings) -> dict:
    """Return the config of an experiment with both runs; `settings` change its dataset."""
    dataset = {
        "source": "pretrained",
        "folder": folder,
        "files": "{run}/kernel_{epoch}_{kernel}.npy",
        "min_max_normalized": True,
    }
    return {
        "pathvars": {"results": "results/elsewhere"},
        "experiment": {"datasets": ["found"], "architectures": ["unknown"], "seeds": [0, 1]},
        "datasets": {"found": dataset | settings},
        "architectures": {"unknown": {"network": "pretrained"}},
        "comparison": {"n_resamples": 20},
        "analysis": {"n_resamples": 99},
    }


def write_config(path: Path, **settings) -> None:
    path.write_text(yaml.safe_dump(config("pretrained", **settings)))


def pool_of(value, seed):
    n = len(value)
    return pool.Pool(np.array(seed), np.arange(n), np.array(value), np.zeros((n, n, 2), int), np.array(value), 0, "")


def planted(types, seed, within=0.8, between=0.1, noise=0.02):
    """Return a pool in which kernels of one type are more alike."""
    types, rng = np.array(types), np.random.default_rng(0)
    value = np.where(types[:, None] == types, within, between) + noise * rng.normal(size=(len(types),) * 2)
    value = (value + value.T) / 2
    np.fill_diagonal(value, 1)
    return pool_of(value, seed)


TYPES = [0, 0, 1, 2, 0, 1, 1, 2, 0, 1, 2, 2]
SEEDS = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
