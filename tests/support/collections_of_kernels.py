"""A small synthetic collection of pretrained kernels, with two runs, for tests of imports."""

from pathlib import Path

import numpy as np
import yaml

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
