"""Read thousands of damaged images as a job reads them; report their outcomes, the slowest image, and the memory.

python tests/long/image_fuzz.py --images 5000 --seed 0
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(Path(__file__).parents[1] / "support/running"))
sys.path.insert(0, str(Path(__file__).parents[2] / "workflow" / "scripts"))

from hostile_images import damaged

from kernelscope.data.decoding_pool import PATIENCE, readings
from kernelscope.data.folder_source import glanced, size_and_frame
from kernelscope.data.planes import NotAnImageError
from kernelscope.data.preprocessing import View

VIEW = View((69, 92), "fit", "rgb", "white", False, "none")
LONGEST_LINE = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=5000, help="files to read")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    outcomes = campaign(arguments.images, arguments.seed, arguments.processes)
    print(json.dumps(outcomes))
    sys.exit(0 if good(outcomes) else 1)


def campaign(images: int, seed: int, processes: int = 2) -> dict:
    """Return the outcomes of `images` files as counts, the seconds of the slowest, and the peak memory in MB."""
    with tempfile.TemporaryDirectory() as scratch:
        files = damaged(images, seed)
        paths = [Path(scratch, name) for name, _ in files]
        for path, (_, content) in zip(paths, files, strict=True):
            path.write_bytes(content)
        counts, slowest, started = Counter(), (0.0, ""), time.monotonic()
        for path, reading in zip(paths, readings(paths, timed, processes), strict=True):
            counts[outcome(path.name, reading.made, reading.why)] += 1
            seconds = reading.made[0] if reading.made else PATIENCE * reading.why.startswith("a file that takes more")
            slowest = max(slowest, (seconds, path.name))
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10
    names = ("images", "told", "not_one_line", "crashed", "too_long")
    outcomes = {"files": images} | {name: counts[name] for name in names}
    return outcomes | {
        "slowest_s": round(slowest[0], 2),
        "slowest": slowest[1],
        "megabytes": round(memory),
        "seconds": round(time.monotonic() - started, 1),
    }


def timed(data: bytes) -> tuple[float, str]:
    """Return the seconds of reading an image, and why it is no image or ""; the pool reports any other error."""
    started, why = time.perf_counter(), ""
    try:
        size_and_frame(data, VIEW), glanced(data)
    except NotAnImageError as error:
        why = str(error) or "?"
    return time.perf_counter() - started, why


def outcome(name: str, made, why: str) -> str:
    """Return images, told, not_one_line, crashed or too_long."""
    why = why or made[1]
    kind = "images" if not why else "told" if len(why) <= LONGEST_LINE and why.isprintable() else "not_one_line"
    crashed, too_long = (why.startswith(f"a file that {verb}") for verb in ("crashes", "takes more than"))
    kind = "crashed" if crashed else "too_long" if too_long else kind
    if kind not in ("images", "told"):
        print(f"{kind}: {name}: {why[:LONGEST_LINE]!r}", flush=True)
    return kind


def good(outcomes: dict) -> bool:
    return not outcomes["not_one_line"] + outcomes["crashed"] + outcomes["too_long"]


if __name__ == "__main__":
    main()
