"""Decode images in several processes: no file may crash the job, block it, or take all its memory."""

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

from kernelscope.data.decoding import unreadable
from kernelscope.data.planes import NotAnImageError
from kernelscope.io.files import DAMAGE

AT_ONCE = 16  # images that a process takes at a time
PART = 2**25  # bytes of their results at most
PATIENCE = 60  # seconds for an image
MOST_BYTES = 2**30  # of a file: more than an image of MOST_PIXELS takes
BLOCKS = 8  # blocks of memory that Pillow keeps for the next image
MEMORY = 3 * 2**30  # bytes that a process may allocate after its start
FORKED = get_context("fork")
ENDS_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Reading(NamedTuple):
    """The result of reading a file.

    sha256 : of the file; "" if it was not read completely
    made : the result of `make`, or None
    why : what the file holds instead of an image, as a noun phrase; "" if there is a result
    """

    sha256: str
    made: Any
    why: str


class TooLongError(BaseException):
    """Reading takes too long; a BaseException, so that no handler takes it for an error about the file."""


def reading(path: Path, make: Callable[[bytes], Any]) -> Reading:
    """Return the result of `make` for the content of a file."""
    sha256 = ""
    try:
        if (size := path.stat().st_size) > MOST_BYTES:
            return Reading("", None, f"a file of {size:,} bytes, more than {MOST_BYTES:,}")
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        return Reading(sha256, make(data), "")
    except NotAnImageError as error:
        return Reading(sha256, None, str(error))
    except TooLongError:
        return Reading(sha256, None, f"a file that takes more than {PATIENCE} seconds")
    except MemoryError:
        return Reading(sha256, None, "a file that takes too much memory")
    except OSError as error:
        return Reading(sha256, None, f"a file that cannot be read ({error.strerror or error})")
    except DAMAGE as error:  # which Pillow may notice only when the image is resized
        return Reading(sha256, None, unreadable(error))


def some(paths: list[Path], make: Callable[[bytes], Any]) -> list[Reading]:
    """Return the readings of a part, in a process of the pool."""
    return [within(PATIENCE, reading, path, make) for path in paths]


def within(seconds: float, function: Callable, *arguments):
    """Return the result of a call, which is interrupted by TooLongError after this many seconds.

    If the call is in C code that never returns to Python, the process is killed after twice as much processor time.
    """

    def too_long(*_):
        raise TooLongError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_PROF, 2 * seconds)  # SIGPROF, which kills a process without a handler
    try:
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def bounded(parent: int) -> None:
    """Prepare a process of the pool: it ends with its parent and with every signal, and its memory is limited.

    A process that outlived the job would hold the job's lock. Messages that libraries print about a file, without its
    name, are dropped. Pillow keeps some memory for the next image, as allocation would take time for each.
    """
    Image.core.set_blocks_max(BLOCKS)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ENDS_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        limits = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min([used + MEMORY, *limits]), hard))


def readings(paths: list[Path], make: Callable[[bytes], Any], processes: int, size: int = 1) -> Iterator[Reading]:
    """Yield the reading of each file in order.

    If a process crashes, its files are read again one by one, and the file that crashes gets a reading that says so.

    Parameters
    ----------
    paths : of the files
    make : turns the content of a file into a result; NotAnImageError says why there is none
    processes : number of processes
    size : approximate size of a result in bytes
    """
    at_once = max(1, min(AT_ONCE, PART // size))
    parts = [paths[start : start + at_once] for start in range(0, len(paths), at_once)]
    while parts:
        done = 0
        try:
            for part in of_pool(parts, make, processes):
                yield from part
                done += 1
            return
        except BrokenProcessPool:
            for path in parts[done]:
                yield alone(path, make)
            parts = parts[done + 1 :]


def of_pool(parts: list[list[Path]], make: Callable[[bytes], Any], processes: int) -> Iterator[list[Reading]]:
    """Yield the readings of each part from a pool of processes, which work only a few parts ahead."""
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
    """Return the reading of a file from a process of its own."""
    try:
        return next(of_pool([[path]], make, 1))[0]
    except BrokenProcessPool:
        return Reading("", None, "a file that crashes the program that reads it")
