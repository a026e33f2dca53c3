"""How far a job is, and why it failed, from the lines that it writes to its log."""

import re
from pathlib import Path

MOST = 2**20  # bytes of a log that are read; a line is about 100
NUMBER = r"(\d+(?:\.\d+)?(?:e\+\d+)?)"
EPOCH = re.compile(rf"(?:^seed (\d+)  )?\bepoch {NUMBER}/{NUMBER}", re.MULTILINE)
COUNTED = re.compile(r"^(\d+) of (\d+) (\w+)")
ERROR = re.compile(r"\w+\.py: |Error\b|^ended by |^Killed")  # in the last line of a log
ACCURACY = re.compile(r"([\d.]+ %) test|accuracy ([\d.]+ %) \(")  # of one network; the median of a group


def text(log: str) -> str:
    """Return the end of a log; "" if it is not there or not readable."""
    try:
        with Path(log).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - MOST))
            return file.read().decode(errors="replace")
    except (OSError, ValueError):
        return ""


def last_of(lines: str) -> str:
    """Return the last line that is whole."""
    return lines.rpartition("\n")[0].rpartition("\n")[2]


def share(log: str, outputs: list[str]) -> float:
    """Return the share of its epochs or images that a job has done, from 0 to 1; 0 if its log does not say.

    Seeds of a group that train one after the other each have their epochs. outputs: of the training, of all its seeds.
    """
    lines = text(log)
    epochs, counted = EPOCH.findall(lines), COUNTED.match(last_of(lines))
    if not epochs:
        return float(counted[1]) / max(float(counted[2]), 1) if counted else 0.0
    seed, epoch, total = epochs[-1]
    if not seed:
        return float(epoch) / max(float(total), 1)
    networks = max(1, sum(Path(path).name == "run.json" for path in outputs))
    done = len({(seed, epoch) for seed, epoch, _ in epochs if seed and float(epoch)})
    return min(1.0, done / (networks * max(float(total), 1)))


def state(log: str) -> str:
    """Return "epoch 3/10, accuracy 97.2 %" or "2000 of 3600 images"; "" if the log does not say."""
    last = last_of(text(log))
    counted, epoch, accuracy = COUNTED.match(last), EPOCH.search(last), ACCURACY.search(last)
    if not epoch:
        return counted[0] if counted else ""
    known = f", accuracy {accuracy[1] or accuracy[2]}" if accuracy and "untrained" not in last else ""
    return f"epoch {epoch[2]}/{epoch[3]}{known}"


def reason(logs: list[str]) -> str:
    """Return the last line of the first log that has any: why a job failed; "" if no log says anything."""
    return next((text(str(log)).rstrip().splitlines()[-1].strip() for log in logs if text(str(log)).strip()), "")
