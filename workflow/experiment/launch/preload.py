"""Jobs that need not import: preloader.py has the libraries in memory and forks a Python with them for each job.

Of many jobs the imports take most of the time, and torch takes seconds. Jobs find a client (preloaded.py) as `python`;
those with an environment of their own, or on another machine, find the Python that is there.
"""

import atexit
import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack, suppress
from pathlib import Path

from experiment.provenance import fingerprint

SWITCH = "KERNELSCOPE_PRELOAD"  # environment variable; "no": every job starts a Python of its own
SLOW = "torch", "matplotlib"  # those that import the first are one group, of the others those that import the second
OWN = Path(__file__).parent


def start(scripts: Path) -> Path | None:
    """Start a preloader for the jobs of this process and let them find it; its folder, or None where that cannot be.

    Only on Linux: on a Mac its system libraries do not survive a fork.
    """
    if os.environ.get(SWITCH) == "no" or not has_pidfd():
        return None
    with suppress(OSError), ExitStack() as opened:
        folder = Path(tempfile.mkdtemp(prefix="kernelscope-"))
        opened.push(lambda error, *_: error and shutil.rmtree(folder))
        sockets = {opened.enter_context(listening(folder, names)).fileno(): names for names in groups(scripts)}
        write_client(folder / "python", folder)
        process = preloader(scripts.resolve(), folder, sockets)
        atexit.register(process.communicate)  # ends it, as the end of this process does too
        os.environ["PATH"] = os.pathsep.join([str(folder), os.environ["PATH"]])
        return folder
    return None


def has_pidfd() -> bool:
    """Whether a process can be waited for as a file: Linux from 5.3 on."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


def groups(scripts: Path) -> list[list[str]]:
    """The names of the scripts, together if the slowest library that they import is the same: only one group imports
    torch, and matplotlib takes little beside it."""
    found = defaultdict(list)
    for script in sorted(scripts.glob("*.py")):
        software = json.loads(fingerprint.software(script))
        found[next((name for name in SLOW if name in software), "")].append(script.stem)
    return list(found.values())


def listening(folder: Path, scripts: list[str]) -> socket.socket:
    """A socket that has the name of each of the scripts; OSError if the path is too long for one."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / scripts[0]))
    server.listen()
    for other in scripts[1:]:
        (folder / other).symlink_to(scripts[0])
    return server


def write_client(client: Path, folder: Path) -> None:
    """A shell between it and Python, as a path with blanks cannot stand behind `#!`. OSError if it cannot run there."""
    words = [sys.executable, "-SE", str(OWN / "preloaded.py"), sys.executable, str(folder)]
    client.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    client.chmod(0o700)
    if not os.access(client, os.X_OK):  # no program may run from that disk
        raise PermissionError(client)


def preloader(scripts: Path, folder: Path, sockets: dict[int, list[str]]) -> subprocess.Popen:
    """It deletes the folder when it ends. In a session of its own, as Ctrl-C reaches the jobs by their clients."""
    return subprocess.Popen(
        [sys.executable, OWN / "preloader.py", scripts, folder, json.dumps(sockets)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=list(sockets),
        start_new_session=True,
    )
