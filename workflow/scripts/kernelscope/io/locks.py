"""Locks that end with the process that holds them, however it ends."""

import errno
import fcntl
import os
import platform
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)  # file systems without locks


def acquire(path: Path, busy: Callable[[str], None]):
    """The open file `path`, locked for this process alone until it is closed.

    `busy` is told who holds the lock; unless it raises an error, the call waits until that process lets go or ends.
    Where the file system has no locks, the file is open all the same.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            lock(file, busy)
        except BaseException:
            file.close()
            raise
        if is_still(path, file):
            break
        file.close()  # the holder before deleted it when it was done
    with suppress(OSError):  # on a full disk the lock holds all the same
        file.truncate(0)
        file.write(f"process {os.getpid()} on {platform.node()}")
        file.flush()
    return file


def lock(file, busy: Callable[[str], None]) -> None:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        busy(file.read() or "another process")
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in NO_LOCKS:
            raise


def is_still(path: Path, file) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def taken(path: Path) -> bool:
    """Whether a process holds the lock now."""
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def held(path: Path, busy: Callable[[str], None]):
    """Hold the lock `path` for the block and leave no file behind."""
    file = acquire(path, busy)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        with suppress(OSError):
            file.close()
