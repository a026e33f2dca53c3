"""Jobs without imports: preloader.py keeps the libraries in memory and forks a Python with them for each job.

Imports take most of the time of many jobs, and torch alone takes seconds. Jobs find a client (preloaded.py) as
`python`; jobs with their own environment, or on another machine, find the Python there.
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

SWITCH = "KERNELSCOPE_PRELOAD"  # environment variable; "no": every job starts its own Python
SLOW = "torch", "matplotlib"  # three groups of scripts: with torch, with matplotlib but not torch, and the rest
OWN = Path(__file__).parent


def start(scripts: Path) -> Path | None:
    """Start a preloader for the jobs of this process; return its folder, or None if it cannot run here.

    Linux only: the system libraries of macOS do not survive a fork.
    """
    if os.environ.get(SWITCH) == "no" or not has_pidfd():
        return None
    with suppress(OSError), ExitStack() as opened:
        folder = Path(tempfile.mkdtemp(prefix="kernelscope-"))
        opened.push(lambda error, *_: error and shutil.rmtree(folder))
        sockets = {opened.enter_context(listening(folder, names)).fileno(): names for names in groups(scripts)}
        write_client(folder / "python", folder)
        process = preloader(scripts.resolve(), folder, sockets)
        atexit.register(process.communicate)  # closes its standard input, as the death of this process does too
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
    """Return the names of the scripts, grouped by the slowest library that they import: only one group imports torch,
    and matplotlib takes little time beside torch."""
    scripts_of = defaultdict(list)
    for script in sorted(scripts.glob("*.py")):
        software = json.loads(fingerprint.software(script))
        scripts_of[next((name for name in SLOW if name in software), "")].append(script.stem)
    return list(scripts_of.values())


def listening(folder: Path, scripts: list[str]) -> socket.socket:
    """Open a socket under the name of each script; OSError if the path is too long for a socket."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / scripts[0]))
    server.listen()
    for other in scripts[1:]:
        (folder / other).symlink_to(scripts[0])
    return server


def write_client(client: Path, folder: Path) -> None:
    """Write the client as a shell script, because a path after `#!` cannot contain blanks; OSError if it cannot run."""
    words = [sys.executable, "-SE", str(OWN / "preloaded.py"), sys.executable, str(folder)]
    client.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n')
    client.chmod(0o700)
    if not os.access(client, os.X_OK):  # a disk mounted with noexec
        raise PermissionError(client)


def preloader(scripts: Path, folder: Path, sockets: dict[int, list[str]]) -> subprocess.Popen:
    """Start the preloader, which deletes the folder when it ends.

    It gets its own session, because Ctrl-C reaches the jobs through their clients.
    """
    command = [sys.executable, OWN / "preloader.py", scripts, folder, json.dumps(sockets)]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, **streams, pass_fds=list(sockets), start_new_session=True)
