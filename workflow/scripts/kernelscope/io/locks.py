"""File locks that are released when the process that holds them ends, however it ends."""

import errno
import fcntl
import os
import platform
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)  # file systems without locks


def acquire(path: Path, busy: Callable[[str], None]):
    """Lock the file `path` for this process, and return it open; closing it releases the lock.

    If another process holds the lock, `busy` is called with the name of that process; unless `busy` raises an error,
    the call then waits for the lock. On a file system without locks the file is returned unlocked.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        file = path.open("a+", encoding="utf-8")
        with ExitStack() as unless_locked:
            unless_locked.callback(file.close)
            lock(file, busy)
            unless_locked.pop_all()
        if is_still(path, file):
            break
        file.close()  # the previous holder deleted the file after its work
    with suppress(OSError):  # a full disk does not affect the lock
        file.truncate(0)
        file.write(f"process {os.getpid()} on {platform.node()}")
        file.flush()
    return file


def lock(file, busy: Callable[[str], None]) -> None:
    """Lock an open file, after a call of `busy` if the lock is taken."""
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
    """Whether `path` still names the open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def taken(path: Path) -> bool:
    """Whether a process holds the lock at present."""
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
    """Hold the lock `path` during the block, and remove its file afterward."""
    file = acquire(path, busy)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        with suppress(OSError):
            file.close()
