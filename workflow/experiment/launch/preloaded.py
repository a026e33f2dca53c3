"""The `python` that jobs find (preload.py): it hands its script to the preloader, and lives as long as the script runs.

If no preloader takes the script, it runs in its own Python. Signals are passed on to the job, and whatever kills this
process kills the job. Arguments: the Python, the folder of the sockets, and the arguments of the job.
"""
# Imports only what takes no time: pathlib, contextlib, socket and signal would take longer than all the rest.
# ruff: noqa: PTH109, PTH119, SIM105

import _signal
import _socket
import os
import sys

SIGNALS = _signal.SIGINT, _signal.SIGTERM, _signal.SIGHUP
STANDARD = (0, 1, 2)  # descriptors


def main(python: str, folder: str, *arguments: str) -> None:
    server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        server.connect(f"{folder}/{os.path.basename(arguments[0]).removesuffix('.py')}")
        hand_over(server, arguments)
        replies = numbers(server)
        job = next(replies)  # StopIteration if the preloader does not take the job
    except (OSError, IndexError, StopIteration):
        os.execv(python, [python, *arguments])
    for number in SIGNALS:
        if _signal.getsignal(number) != _signal.SIG_IGN:
            _signal.signal(number, lambda received, _: tell(job, received))
    status = next(replies, None)
    if status is None:
        os.write(2, b"the process that ran this job was ended from outside, and the job with it\n")
    end(-_signal.SIGKILL if status is None else status)


def numbers(server: _socket.socket):
    """Yield the numbers that the preloader sends, one per line: the job's process, then its exit status."""
    text = b""
    while part := server.recv(20):
        *lines, text = (text + part).split(b"\n")
        yield from map(int, lines)


def hand_over(server: _socket.socket, arguments: tuple[str, ...]) -> None:
    """Send what a process inherits: open files, ignored signals, folder, arguments and environment."""
    ignored = " ".join(str(int(number)) for number in SIGNALS if _signal.getsignal(number) == _signal.SIG_IGN)
    words = [ignored, os.getcwd(), str(len(arguments)), *arguments, *(f"{k}={v}" for k, v in os.environ.items())]
    text = os.fsencode("\0".join(words))
    rights = b"".join(descriptor.to_bytes(4, sys.byteorder) for descriptor in STANDARD)
    server.sendmsg([len(text).to_bytes(8, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
    server.sendall(text)


def tell(job: int, number: int) -> None:
    try:
        os.kill(job, number)
    except ProcessLookupError:
        pass


def end(status: int) -> None:
    """End as the job did: with its exit status, or by the same signal, which is given as a negative number."""
    if status < 0:
        if -status != _signal.SIGKILL:
            _signal.signal(-status, _signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


if __name__ == "__main__":
    main(*sys.argv[1:])
