"""Keep kernels at steps that are evenly spaced by how far the kernels have moved, while the training goes on.

The net movement from one state to another is the mean over conv layers of |W_b - W_a| / |W_b|. There and back again is
no movement, so noise around one place does not count.
"""

import numpy as np

Banks = dict[str, np.ndarray]  # layer -> kernels (out, in, k, k)

LOOKS = 25  # looks at the kernels for each snapshot, each time that the number of steps grows by a factor of e


class SnapshotBuffer:
    """The states that a training keeps while it runs: at most twice as many as the `count` that remain at its end.

    A state is kept if the kernels have moved by at least `resolution` since the last kept state. When the buffer is
    full, the resolution doubles, and the states are thinned by the same rule. What is kept depends only on the states
    that are offered: a resumed training with the same `steps`, `banks` and `resolution` keeps the same states.
    """

    def __init__(self, count: int):
        self.count, self.resolution = count, 0.0
        self.steps: list[int] = []
        self.banks: list[Banks] = []

    def is_due(self, step: int) -> bool:
        """Return whether to look at the kernels after a step.

        At first every step is looked at, later one in every `step / (LOOKS count)`. So looking costs next to nothing in
        a long training, and two looks are a small part of the distance between two snapshots apart.
        """
        return step % max(1, step // (LOOKS * self.count)) == 0

    def offer(self, step: int, banks: Banks) -> None:
        """Keep the state after a step if the kernels have moved far enough."""
        if not self.steps or self.is_far(float(net_movement(self.banks[-1], banks))):
            self.keep(step, banks)

    def is_far(self, movement: float) -> bool:
        """Return whether a movement since the last kept state is enough to keep another; NaN is not."""
        return movement > 0 and movement >= self.resolution

    def keep(self, step: int, banks: Banks) -> None:
        """Keep a copy of the state after a step, and thin a full buffer."""
        self.append(step, banks)
        while len(self.steps) >= 2 * self.count:
            self.thin()

    def append(self, step: int, banks: Banks) -> None:
        """Keep a copy of the state after a step unless this step is the last kept one."""
        if self.steps[-1:] != [step]:
            self.steps.append(step)
            self.banks.append({name: bank.copy() for name, bank in banks.items()})

    def thin(self) -> None:
        """Double the resolution and drop the states that it leaves out, but keep at least `count`."""
        path = self.path()
        self.resolution = 2 * self.resolution or path[-1] / self.count
        kept = [0]
        for number in range(1, len(self.banks)):
            if self.is_far(float(net_movement(self.banks[kept[-1]], self.banks[number]))):
                kept.append(number)
        self.select(kept if len(kept) >= self.count else evenly_spaced(path, self.count))

    def resume(self, steps: list[int], banks: dict[str, np.ndarray], resolution: float) -> None:
        """Continue with what a checkpoint holds; `banks` are (n, out, in, k, k) for n steps."""
        self.steps, self.resolution = steps, resolution
        self.banks = [{name: bank[number] for name, bank in banks.items()} for number in range(len(steps))]

    def stacked(self) -> dict[str, np.ndarray]:
        """Return the kernels of all kept states by layer, (n, out, in, k, k)."""
        return {name: np.stack([banks[name] for banks in self.banks]) for name in self.banks[0]}

    def size(self) -> int:
        """Return the bytes of all kept states."""
        return len(self.banks) * sum(bank.nbytes for bank in self.banks[0].values())

    def select(self, kept: list[int]) -> None:
        """Keep only the states with these numbers."""
        self.steps, self.banks = [self.steps[n] for n in kept], [self.banks[n] for n in kept]

    def path(self) -> np.ndarray:
        """Return the distance of each kept state from the first along all kept states, (n,)."""
        moved = [float(net_movement(*pair)) for pair in zip(self.banks, self.banks[1:], strict=False)]
        return np.cumsum([0.0, *np.nan_to_num(moved, nan=0, posinf=0)])

    def close(self, step: int, banks: Banks) -> None:
        """Add the state at the end of a training, and keep at most `count` states, with the first and the last."""
        self.append(step, banks)
        self.select(evenly_spaced(self.path(), self.count))


def net_movement(before: dict, after: dict):
    """Return the mean over layers of |after - before| / |after|; a layer of zeros has moved by 1 unless it was zero.

    Parameters
    ----------
    before, after : layer -> array of kernels, the same layers
    """
    return np.mean([relative(after[name] - before[name], after[name]) for name in after])


def relative(change: np.ndarray, kernels: np.ndarray) -> float:
    """Return |change| / |kernels|; where the kernels are zero, whether the change is not."""
    moved, size = (np.sqrt(np.square(array, dtype=np.float64).sum()) for array in (change, kernels))
    return moved / size if size else float(moved > 0)


def net_movements(before: dict, after: dict):
    """Return `net_movement` for each seed, (seeds,), on the device of the kernels.

    Parameters
    ----------
    before, after : layer -> tensor (seeds, out, in, k, k), the same layers
    """
    moved = 0
    for name, bank in after.items():
        change, size = (each.flatten(1).norm(dim=1) for each in (bank - before[name], bank))
        moved = moved + (change / size).where(size > 0, (change > 0).to(bank.dtype))
    return moved / len(after)


def evenly_spaced(path: np.ndarray, count: int) -> list[int]:
    """Return `count` numbers of states, or all, so that their places on a path are as evenly spaced as can be.

    Parameters
    ----------
    path : (n,) array
        The place of each state, from 0, never decreasing.
    count : int
        At least 2; the first and the last state are among them.
    """
    n = len(path)
    if n <= count:
        return list(range(n))
    wanted = np.linspace(0, path[-1], count) if path[-1] > 0 else np.linspace(0, n - 1, count)
    places = path if path[-1] > 0 else np.arange(n)
    nearest = np.abs(places - wanted[:, None]).argmin(1)
    nearest[-1] = n - 1  # not the first of several at the end
    nearest = np.maximum.accumulate(nearest - np.arange(count)) + np.arange(count)  # each at most once
    return np.minimum(nearest, n - count + np.arange(count)).tolist()
