"""A process that has imported what jobs import, and forks one for each (preload.py says what for).

One process listens; on the first job of a group of scripts it forks another, which imports what they import and from
then on listens itself, and forks. They end when standard input does, as that is held by Snakemake, and all jobs have.
Arguments: the folder of the scripts, that of the sockets, {descriptor of a socket: [script, ...]} as JSON.
"""

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
PLACES = 0, 1, 2, 3  # of the open files that a job inherits
THREADS = "NUM_THREADS", "MAXIMUM_THREADS"  # ends of variables that libraries read when they are imported
PATIENCE = 10  # seconds for a client to say what it wants


class Request(NamedTuple):
    """What a client hands over."""

    descriptors: list[int]
    ignored: list[int]  # signals
    folder: str
    arguments: list[str]
    environment: dict[str, str]

    @property
    def threads(self) -> dict[str, str]:
        return {name: value for name, value in self.environment.items() if name.endswith(THREADS)}


def wait_for_groups(folder: str, waiting: dict[int, list[str]]) -> "Group":
    """The group that is asked for, in a process of its own; in this one never."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those
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
            for one in waiting:
                os.close(one)
            return Group(descriptor, scripts)
        os.close(descriptor)


class Group:
    """Scripts that import the same libraries, and their jobs that run."""

    def __init__(self, descriptor: int, scripts: list[str]):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.listening, self.scripts = socket.socket(fileno=descriptor), scripts
        self.threads: dict[str, str] | None = None  # as they were at the imports
        self.running: dict[int, tuple[int, socket.socket]] = {}  # process -> (what tells of its end, its client)

    def next(self) -> Request:
        """The next job, in a process of its own; in this one never."""
        goes_on = True
        while goes_on or self.running:
            with selectors.DefaultSelector() as events:
                for one in (STDIN, self.listening) if goes_on else ():
                    events.register(one, selectors.EVENT_READ)
                for process, ends in self.running.items():
                    for one in ends:
                        events.register(one, selectors.EVENT_READ, process)
                ready = [key for key, _ in events.select()]
            for process in {key.data for key in ready} - {None}:
                self.finish(process)
            goes_on = goes_on and STDIN not in [key.fd for key in ready]
            if goes_on and self.listening in [key.fileobj for key in ready] and (request := self.begin()):
                return request
        os._exit(0)

    def begin(self) -> Request | None:
        """Fork a process for the next client: there its request, here nothing."""
        connection, _ = self.listening.accept()
        with connection:
            connection.settimeout(PATIENCE)
            with suppress(OSError, ValueError):
                request = received(connection)
                self.load(request.threads)
                if request.threads == self.threads:
                    process = os.fork()
                    if not process:
                        self.close()
                        return request
                    self.running[process] = os.pidfd_open(process), connection.dup()
                    connection.sendall(f"{process}\n".encode())
                for descriptor in request.descriptors:
                    os.close(descriptor)
        return None  # a client that nothing was sent starts a Python of its own

    def load(self, threads: dict[str, str]) -> None:
        """Import the scripts, and with them all that they import, once."""
        if self.threads is None:
            self.threads = threads
            os.environ.update(threads)
            for script in self.scripts:
                importlib.import_module(script)
            gc.freeze()  # to look for garbage in what is there for good would copy it

    def finish(self, process: int) -> None:
        """Tell the client how its job ended; or end the job, as the client is no more."""
        ends, connection = self.running.pop(process)
        with suppress(OSError), connection:
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            else:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
        os.close(ends)

    def close(self) -> None:
        """What a job should not inherit."""
        self.listening.close()
        for ends, connection in self.running.values():
            os.close(ends)
            connection.close()


def received(connection: socket.socket) -> Request:
    """ValueError if the client ends before it has said all."""
    head, descriptors, _, _ = socket.recv_fds(connection, 8, len(PLACES))
    with connection.makefile("rb") as stream:
        text = os.fsdecode(stream.read(int.from_bytes(head, "big")))
    ignored, folder, count, *words = text.split("\0")
    arguments, variables = words[: int(count)], words[int(count) :]
    environment = dict(word.split("=", 1) for word in variables)
    return Request(descriptors, [int(one) for one in ignored.split()], folder, arguments, environment)


def become(job: Request) -> None:
    """Make this process what a new one would be."""
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
    """Import the modules of a folder anew, as the script is one of another copy of them."""
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(f"{folder}/"):
            del sys.modules[name]


if __name__ == "__main__":
    own_scripts, own_folder, groups = sys.argv[1:]
    sys.path[0] = own_scripts
    job = wait_for_groups(own_folder, {int(key): names for key, names in json.loads(groups).items()}).next()
    become(job)
    runpy.run_path(job.arguments[0], run_name="__main__")
