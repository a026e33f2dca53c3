"""How far a job is, and why it failed, from the lines that it writes to its log."""

import re
from pathlib import Path

MOST = 2**20  # bytes of a log that are read; a line is about 100
EPOCH = re.compile(r"(?:^seed (\d+)  )?\bepoch ([\d.e+]+)/([\d.e+]+)", re.MULTILINE)
COUNTED = re.compile(r"^(\d+) of (\d+) (\w+)")
ERROR = re.compile(r"\w+\.py: |Error\b|^ended by |^Killed")  # in the last line of a log
ACCURACY = re.compile(r"([\d.]+%) test|accuracy ([\d.]+%) \(")  # of one network; the median of a group


def text(log: str) -> str:
    """Return the end of a log; "" if it is not there or not readable."""
    try:
        with Path(log).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - MOST))
            return file.read().decode(errors="replace")
    except (OSError, ValueError):
        return ""


def share(log: str, outputs: list[str]) -> float:
    """Return the share of its epochs or images that a job has done, from 0 to 1; 0 if its log does not say.

    Seeds of a group that train one after the other each have their epochs. outputs: of the training, of all its seeds.
    """
    lines = text(log)
    epochs = EPOCH.findall(lines)
    if not epochs:
        counted = COUNTED.match(lines.rpartition("\n")[0].rpartition("\n")[2])
        return number(counted[1]) / max(number(counted[2]), 1) if counted else 0.0
    if not epochs[-1][0]:
        return number(epochs[-1][1]) / max(number(epochs[-1][2]), 1)
    networks = max(1, sum(Path(path).name == "run.json" for path in outputs))
    done = len({(seed, epoch) for seed, epoch, _ in epochs if seed and number(epoch)})
    return min(1.0, done / (networks * max(number(epochs[-1][2]), 1)))


def state(log: str) -> str:
    """Return "epoch 3/10, accuracy 97.2%" or "2000 of 3600 images"; "" if the log does not say."""
    last = text(log).rpartition("\n")[0].rpartition("\n")[2]  # a whole line
    counted, epoch, accuracy = COUNTED.match(last), EPOCH.search(last), ACCURACY.search(last)
    words = [f"epoch {epoch[2]}/{epoch[3]}"] if epoch else [counted[0]] if counted else []
    if epoch and accuracy and "untrained" not in last:
        words.append(f"accuracy {accuracy[1] or accuracy[2]}")
    return ", ".join(words)


def number(digits: str) -> float:
    """Return a number; 0 if it is none."""
    try:
        return float(digits)
    except ValueError:
        return 0.0


def reason(logs: list[str]) -> str:
    """Return the last line of the first log that has any: why a job failed; "" if no log says anything."""
    for log in map(str, logs):
        lines = [line.strip() for line in text(log).splitlines() if line.strip()]
        if lines:
            return lines[-1]
    return ""
