"""Stand-ins for the objects beside the weights of a PyTorch file.

A stand-in keeps what the file has for an object and runs none of its code. So settings, paths and numbers of any class
do not stand in the way of the weights.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping

UNKNOWN = re.compile(r"Unsupported global: GLOBAL (\S+) was not")  # as torch names a class that it does not restore
MAPPING = re.compile(r"Can only SETITEMS? for .* but got <class '([^']+)'>")
LIST = re.compile(r"Can only (?:append to|extend) lists, but got <class '([^']+)'>")


class StandIn:
    """An object that is not restored. Its class has the name that the file gives."""

    state: object = None

    def __new__(cls, *arguments):
        made = super().__new__(cls)
        made.arguments = arguments
        return made

    def __init__(self, *arguments):
        """Take whatever the constructor takes."""

    def __setstate__(self, state) -> None:
        self.state = state

    @property
    def is_network(self) -> bool:
        """Whether the object is a torch.nn.Module."""
        return isinstance(self.state, Mapping) and "_modules" in self.state


class AsMapping:
    """A class of mappings, whose objects become plain mappings."""

    def __new__(cls, *arguments):
        return OrderedDict()


class AsList:
    """A class of lists, whose objects become plain lists."""

    def __new__(cls, *arguments):
        return []


KINDS = (StandIn, AsMapping, AsList)  # no class of a file needs to be tried as more than these


def class_of(name: str) -> type:
    """Return a class of stand-ins with this full name."""
    module, _, short = name.rpartition(".")
    return type(short, (StandIn,), {"__module__": module})


def needed(message: str) -> tuple[type, str] | None:
    """Return what an error of torch asks for: a class, and its name in the file; None if another class is no help."""
    if match := UNKNOWN.search(message):
        name = match[1] if "." in match[1] else f"builtins.{match[1]}"
        return class_of(name), name
    for pattern, made in ((MAPPING, AsMapping), (LIST, AsList)):
        if match := pattern.search(message):
            return made, match[1]
    return None


def network_in(content) -> str:
    """Return the class of a whole network that a file holds instead of weights; "" if it holds weights, or none."""
    values = list(content.values()) if isinstance(content, Mapping) else [content]
    networks = [value for value in values if isinstance(value, StandIn) and value.is_network]
    return f"{type(networks[0]).__module__}.{type(networks[0]).__qualname__}" if networks else ""
