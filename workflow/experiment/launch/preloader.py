"""A process that has imported the libraries of the jobs, and forks a process for each job (preload.py says why).

One process listens for all groups of scripts. On the first job of a group, it forks a process that imports the group's
libraries, then listens and forks by itself. These processes end when all jobs have ended and standard input, which
Snakemake holds open, is closed.
Arguments: the folder of the scripts, the folder of the sockets, {descriptor of a socket: [script, ...]} as JSON.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import shutil
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

STDIN = 0
PLACES = 0, 1, 2  # descriptors of the open files that a job inherits
THREADS = "NUM_THREADS", "MAXIMUM_THREADS"  # suffixes of variables that libraries read when they are imported
ENDS_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
PATIENCE = 10  # seconds for a client to send its request


class Request(NamedTuple):
    """A client's request to run a job."""

    descriptors: list[int]
    ignored: list[int]  # signals
    folder: str
    arguments: list[str]
    environment: dict[str, str]

    @property
    def threads(self) -> dict[str, str]:
        return {name: value for name, value in self.environment.items() if name.endswith(THREADS)}


def wait_for_groups(folder: str, waiting: dict[int, list[str]]) -> "Group":
    """Fork a process for each requested group, and return only there, with the group; never return in this process."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for these processes
    while True:
        with selectors.DefaultSelector() as events:
            for descriptor in (STDIN, *waiting):
                events.register(descriptor, selectors.EVENT_READ)
            descriptor = events.select()[0][0].fd
        if descriptor == STDIN:
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)
        scripts = waiting.pop(descriptor)
        if not os.fork():
            for other in waiting:
                os.close(other)
            return Group(descriptor, scripts)
        os.close(descriptor)


class Group:
    """Scripts that import the same libraries, and their running jobs."""

    def __init__(self, descriptor: int, scripts: list[str]):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.listening, self.scripts = socket.socket(fileno=descriptor), scripts
        self.threads: dict[str, str] | None = None  # as they were at the imports
        self.running: dict[int, tuple[int, socket.socket]] = {}  # process -> (its pidfd, its client)

    def next(self) -> Request:
        """Fork a process for each job, and return only there, with the job's request; never return in this process."""
        goes_on = True
        while goes_on or self.running:
            with selectors.DefaultSelector() as events:
                for source in (STDIN, self.listening) if goes_on else ():
                    events.register(source, selectors.EVENT_READ)
                for process, sources in self.running.items():
                    for source in sources:
                        events.register(source, selectors.EVENT_READ, process)
                ready = [key for key, _ in events.select()]
            for process in {key.data for key in ready} - {None}:
                self.finish(process)
            goes_on = goes_on and STDIN not in [key.fd for key in ready]
            if goes_on and self.listening in [key.fileobj for key in ready] and (request := self.begin()):
                return request
        os._exit(0)

    def begin(self) -> Request | None:
        """Fork a process for the next client; return its request there, and None here."""
        connection, _ = self.listening.accept()
        with connection:
            connection.settimeout(PATIENCE)
            with suppress(OSError, ValueError):
                request = received(connection)
                self.load(request.threads)
                if request.threads == self.threads:
                    parent = os.getpid()
                    process = os.fork()
                    if not process:
                        end_with(parent)
                        self.close()
                        return request
                    self.running[process] = os.pidfd_open(process), connection.dup()
                    connection.sendall(f"{process}\n".encode())
                for descriptor in request.descriptors:
                    os.close(descriptor)
        return None  # a client that receives nothing starts its own Python

    def load(self, threads: dict[str, str]) -> None:
        """Import the scripts once, and with them their libraries."""
        if self.threads is None:
            self.threads = threads
            os.environ.update(threads)
            for script in self.scripts:
                importlib.import_module(script)
            gc.freeze()  # a garbage collection in a fork would copy the memory of the libraries

    def finish(self, process: int) -> None:
        """Send the client the exit status of its job, or kill the job if the client is gone."""
        pidfd, connection = self.running.pop(process)
        with suppress(OSError), connection:
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            else:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
        os.close(pidfd)

    def close(self) -> None:
        """Close what a job should not inherit."""
        self.listening.close()
        for pidfd, connection in self.running.values():
            os.close(pidfd)
            connection.close()


def end_with(parent: int) -> None:
    """Have the system end this process by SIGTERM, which its log reports, as soon as its parent ends.

    A job whose group was killed would run on, while Snakemake takes it for failed.
    """
    ctypes.CDLL(None).prctl(ENDS_WITH_PARENT, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def received(connection: socket.socket) -> Request:
    """Read a client's request; ValueError if the client ends before it has sent everything."""
    head, descriptors, _, _ = socket.recv_fds(connection, 8, len(PLACES))
    with connection.makefile("rb") as stream:
        text = os.fsdecode(stream.read(int.from_bytes(head, "big")))
    ignored, folder, count, *words = text.split("\0")
    arguments, variables = words[: int(count)], words[int(count) :]
    environment = dict(word.split("=", 1) for word in variables)
    return Request(descriptors, [int(number) for number in ignored.split()], folder, arguments, environment)


def become(job: Request) -> None:
    """Give this process the state that a new process of the job would have."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        default = signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL
        signal.signal(number, signal.SIG_IGN if number in job.ignored else default)
    for place, descriptor in zip(PLACES, job.descriptors, strict=False):
        os.dup2(descriptor, place)
    for descriptor in job.descriptors:
        if descriptor not in PLACES[: len(job.descriptors)]:
            os.close(descriptor)
    os.chdir(job.folder)
    os.environ.clear()
    os.environ.update(job.environment)
    script = Path(job.arguments[0]).resolve()
    if str(script.parent) != sys.path[0]:
        forget(sys.path[0])
    sys.path[0] = str(script.parent)
    sys.argv = job.arguments
    with suppress(OSError):
        Path("/proc/self/comm").write_text(script.stem)  # what `top` shows


def forget(folder: str) -> None:
    """Forget the imported modules of a folder, because the script belongs to another copy of them."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(f"{folder}/"):
            del sys.modules[name]


if __name__ == "__main__":
    scripts_folder, socket_folder, groups = sys.argv[1:]
    sys.path[0] = scripts_folder
    job = wait_for_groups(socket_folder, {int(key): names for key, names in json.loads(groups).items()}).next()
    become(job)
    runpy.run_path(job.arguments[0], run_name="__main__")
