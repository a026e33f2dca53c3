"""What takes longest to import, imported once for the jobs of all forked Snakemakes: torch alone takes seconds.

A Snakemake of forked_python.py finds as `python` a client that takes milliseconds to start, hands its job over, and
ends as that does. How jobs start and what they import is tested where Snakemake runs in a process of its own.
"""

import importlib
import json
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

IMPORTED = (  # by scripts
    *("jinja2", "imageio.v2", "imageio_ffmpeg", "matplotlib.backends.backend_agg", "matplotlib.figure", "numpy"),
    *("PIL.Image", "scipy.cluster.hierarchy", "scipy.optimize", "scipy.spatial.distance", "scipy.stats", "torch"),
)
CLIENT = """#!{python} -SE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    socket.send_fds(server, [b"\\n"], [1, 2])
    call = dict(folder=os.getcwd(), environment=dict(os.environ), arguments=sys.argv[1:])
    server.sendall(json.dumps(call).encode())
    server.shutdown(socket.SHUT_WR)
    sys.exit(int(server.recv(9) or 137))  # killed, if nothing comes
"""


def serve(folder: Path, called: Callable[[dict, int, int], int]) -> tuple[Path, int]:
    """The path of the client, in `folder`, and the process behind it, which forks one with `called` for each job."""
    address, client = str(folder / "socket"), folder / "python"
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(address)
    listening.listen()
    client.write_text(CLIENT.format(python=sys.executable, address=address))
    client.chmod(0o700)
    if not (process := os.fork()):
        answer_all(listening, called)
    listening.close()
    return client, process


def answer_all(listening: socket.socket, called: Callable[[dict, int, int], int]) -> None:
    """Until it is ended, or its parent has been."""
    parent = os.getppid()
    listening.settimeout(1)
    while os.getppid() == parent:
        try:
            connection, _ = listening.accept()
        except TimeoutError:
            continue
        for name in IMPORTED:  # by the first job
            importlib.import_module(name)
        if not os.fork():
            listening.close()
            answer(connection, called)
        connection.close()
        reap()
    os._exit(0)


def reap() -> None:
    """Take leave of the jobs that have ended."""
    with suppress(ChildProcessError):  # there is none
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def answer(connection: socket.socket, called: Callable[[dict, int, int], int]) -> None:
    connection.settimeout(None)
    _, descriptors, *_ = socket.recv_fds(connection, 1, 2)
    with connection.makefile() as words:
        call = json.load(words)
    status = called(call, *descriptors)
    connection.sendall(str(status).encode())
    os._exit(status)
