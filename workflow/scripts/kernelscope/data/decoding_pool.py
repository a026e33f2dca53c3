"""Pictures read by several processes: none of them may crash, hang, or take all memory of the job."""

import ctypes
import hashlib
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from kernelscope.data.decoding import NoPictureError, unreadable

AT_ONCE = 16  # pictures that a process takes
PART = 2**25  # bytes of what it makes of them, at most
PATIENCE = 60  # seconds for one picture
MOST_BYTES = 2**30  # of a file: more than any picture of MOST_PIXELS takes
BLOCKS = 8  # of memory that Pillow keeps
MEMORY = 3 * 2**30  # bytes that a process may take beyond what it starts with
FORKED = get_context("fork")
ENDS_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Reading(NamedTuple):
    """What came of a file: its sha256 ("" if it was not read to its end), what was made of it, or why nothing was."""

    sha256: str
    made: Any
    why: str


class TooLongError(BaseException):
    """So that nothing which mends errors holds it for one of a file."""


def reading(path: Path, make: Callable[[bytes], Any]) -> Reading:
    """What `make` makes of the content of a file."""
    sha256 = ""
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            return Reading("", None, f"has {size:,} bytes; allowed: {MOST_BYTES:,}")
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        return Reading(sha256, make(data), "")
    except NoPictureError as error:
        return Reading(sha256, None, str(error))
    except TooLongError:
        return Reading(sha256, None, f"takes more than {PATIENCE} seconds")
    except MemoryError:
        return Reading(sha256, None, "takes too much memory")
    except OSError as error:
        return Reading(sha256, None, f"cannot be read ({error.strerror or error})")
    except Exception as error:  # of a damaged picture Pillow may notice what is wrong only when it is resized
        return Reading(sha256, None, unreadable(error))


def some(paths: list[Path], make: Callable[[bytes], Any]) -> list[Reading]:
    return [within(PATIENCE, reading, path, make) for path in paths]


def within(seconds: float, function: Callable, *arguments):
    """The result of a call; TooLongError inside it when it takes longer.

    Where it does not even come back to Python to be told so, the process is ended when it has computed twice as long.
    """

    def too_long(*_):
        raise TooLongError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_PROF, 2 * seconds)  # SIGPROF, which ends a process that does not ask for it
    try:
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def bounded(parent: int) -> None:
    """At the start of a process: it ends with its parent, as default for all signals, and has a bound on its memory.

    Were it to live on, it would hold the lock of the job. What libraries say of a file, without its name, is not
    printed. Pillow keeps some memory for the next picture, as it would ask the system for it every time.
    """
    Image.core.set_blocks_max(BLOCKS)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ENDS_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        known = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min([taken + MEMORY, *known]), hard))


def readings(paths: list[Path], make: Callable[[bytes], Any], processes: int, size: int = 1) -> Iterator[Reading]:
    """What came of each file, in their order; `size`: about how many bytes `make` makes of one.

    A file that crashes its process is read again alone, and told if it does.
    """
    at_once = max(1, min(AT_ONCE, PART // size))
    parts = [paths[start : start + at_once] for start in range(0, len(paths), at_once)]
    while parts:
        done = 0
        try:
            for found in of_pool(parts, make, processes):
                yield from found
                done += 1
            return
        except BrokenProcessPool:
            for path in parts[done]:
                yield alone(path, make)
            parts = parts[done + 1 :]


def of_pool(parts: list[list[Path]], make: Callable[[bytes], Any], processes: int) -> Iterator[list[Reading]]:
    """Part by part from a pool of processes that are never far ahead."""
    pool = ProcessPoolExecutor(processes, FORKED, bounded, (os.getpid(),))
    try:
        waiting: deque[Future] = deque()
        for part in parts:
            waiting.append(pool.submit(some, part, make))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def alone(path: Path, make: Callable[[bytes], Any]) -> Reading:
    try:
        return next(of_pool([[path]], make, 1))[0]
    except BrokenProcessPool:
        return Reading("", None, "crashes the program that reads it")
