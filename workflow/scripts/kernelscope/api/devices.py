"""Check the operating system, and PyTorch with its devices."""

import importlib.util
import platform
from collections.abc import Iterator
from typing import NamedTuple

from kernelscope.version import VERSION

OK, NOTE, WRONG = "ok", "note", "wrong"


class Check(NamedTuple):
    """What was checked: OK, NOTE (something optional is missing) or WRONG, and a line that says what and what to do."""

    state: str
    text: str


def system(name: str) -> Check:
    """Check the operating system."""
    words = f"kernelscope {VERSION} on {name} {platform.release()} ({platform.machine()})"
    if name == "Windows":
        return Check(WRONG, f"{words}: run it inside WSL 2, because the workflow needs a Unix system")
    return Check(OK, words) if name == "Linux" else Check(NOTE, f"{words}: tested is Linux")


def pytorch() -> Iterator[Check]:
    """Check that PyTorch can be imported, and name its devices; nothing if it is missing, which `packages` says."""
    if importlib.util.find_spec("torch") is None:
        return
    try:
        import torch
    except (ImportError, OSError) as error:
        reason = " ".join(str(error).split())[:100]
        yield Check(WRONG, f"PyTorch cannot be imported ({reason}); `make clean-env` and `make` install it again")
        return
    cuda = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    devices = ", ".join(["cpu", *cuda, *["mps"] * torch.backends.mps.is_available()])
    yield Check(OK, f"PyTorch {torch.__version__} with {torch.get_num_threads()} threads, devices: {devices}")
