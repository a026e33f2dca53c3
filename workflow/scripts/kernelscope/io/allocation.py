"""Memory of a process: freed memory is kept for the next array, as new memory has to be cleared page by page."""

import ctypes
import sys

TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # numbers of the options in malloc.h of glibc
LARGEST = 32 * 2**20  # bytes of an array that is not mapped by itself; glibc allows no more
KEPT = 2**30  # bytes that are freed at the end of the heap and not returned


def keep_freed() -> bool:
    """Keep freed memory of this process for its next arrays; return whether the C library can (glibc).

    By default, glibc maps large arrays one by one and returns each when it is freed. Steps of a training free arrays
    that the next step needs again: on 2026-12-01, steps of `cnnkernels` took 0.82 to 0.94 and of `stacked` 0.69 to 0.73
    of the processor time, with the same bytes.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # of another C library
        return False
    return bool(mallopt(MMAP_THRESHOLD, LARGEST) and mallopt(TRIM_THRESHOLD, KEPT))
