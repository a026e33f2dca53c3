"""Find the part of a checkpoint that holds the model's weights. The state of an optimizer looks like weights, too."""

from collections.abc import Iterator, Mapping

from kernelscope.pretrained.contents import Remark
from kernelscope.refusal import did_you_mean, listed, quoted, refuse

PARTS = (
    "model",
    "state_dict",
    "model_state_dict",
    "module",
    "net",
    "params",
)  # of a checkpoint, the first of which counts
AVERAGED = "ema"  # how parts with averaged weights begin, which count if there is no other
PREFIXES = ("module.", "model.")  # of DataParallel and Lightning, before all names of a network
WRAPPERS = ("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module")  # of torch, anywhere in a name
OPTIMIZER = "the state of an optimizer"
NETWORK = "a whole network, which would run code"


class Numbered(dict):
    """The parts of a list or tuple by their numbers, "0", "1" and so on."""


def numbered(value: object) -> object:
    """Return a list or tuple of parts or arrays as Numbered, and anything else as it is."""
    if isinstance(value, list | tuple) and any(has_arrays(part) and not is_optimizer(part) for part in value):
        return Numbered((str(number), part) for number, part in enumerate(value))
    return value


def is_optimizer(value: object) -> bool:
    """Whether a mapping is the state of an optimizer: it has groups of parameters, or numbers them."""
    if not isinstance(value, Mapping):
        return False
    state = value.get("state")
    numbered = isinstance(state, Mapping) and bool(state) and all(isinstance(key, int) for key in state)
    return "param_groups" in value or numbered


def model_part(content: Mapping, part: str | None = None) -> tuple[Mapping, list[Remark]]:
    """Return the mapping with the model's weights, and the parts of the checkpoint that are left out.

    Parameters
    ----------
    content : Mapping
        What a file holds.
    part : str, optional
        The part to read, for example `ema`, `networks.generator` or `models.1`. Without it, the first of PARTS counts,
        then one that begins with `ema`, then the first of a list, then everything but optimizers.

    Raises
    ------
    ValueError
        If there is no such part.
    """
    if part is not None:
        return named(content, part), []
    if is_optimizer(content):
        refuse("state_dict", f"only {OPTIMIZER}", "the weights of a model")
    remarks, content = [], with_lists(content)
    while chosen := next(iter(candidates(content)), None):
        others = [key for key, value in content.items() if key != chosen and (has_arrays(value) or is_network(value))]
        remarks += [Remark(str(key), "", why(content[key], chosen)) for key in others]
        content = with_lists(content[chosen])
    optimizers = [key for key, value in content.items() if is_optimizer(value)]
    remarks += [Remark(str(key), "", OPTIMIZER) for key in optimizers]
    remarks += [Remark(str(key), "", NETWORK) for key, value in content.items() if is_network(value)]
    return {key: value for key, value in content.items() if key not in optimizers}, remarks


def is_network(value: object) -> bool:
    """Whether a value is a whole network, which is not restored (`stand_ins`)."""
    return getattr(value, "is_network", False) is True


def with_lists(content: Mapping) -> Mapping:
    """Return a checkpoint whose lists of parts are mappings, too."""
    lists = {
        key: numbered(value)
        for key, value in content.items()
        if isinstance(value, list | tuple) and any(isinstance(part, Mapping) for part in value)
    }
    return (Numbered if isinstance(content, Numbered) else dict)(dict(content) | lists)


def named(content: Mapping, part: str) -> Mapping:
    """Return the part of a checkpoint with this name, with dots between levels."""
    for key in part.split("."):
        content = with_lists(content)
        parts = [str(name) for name, value in content.items() if isinstance(value, Mapping)]
        if key not in parts:
            refuse(
                f"part {part}", f"no part {quoted(key)}", f"one of {listed(parts) or 'none'}", did_you_mean(key, parts)
            )
        content = content[key]
    return content


def candidates(content: Mapping) -> Iterator[str]:
    """Yield the keys of parts that may hold the model, the best first."""
    usable = [key for key, value in content.items() if isinstance(value, Mapping) and not is_optimizer(value)]
    yield from (key for key in PARTS if key in usable and has_arrays(content[key]))
    yield from (key for key in usable if str(key).startswith(AVERAGED) and has_arrays(content[key]))
    holding = [key for key in content if has_arrays(content[key]) and not is_optimizer(content[key])]
    if holding and all(isinstance(content, Numbered) or isinstance(content[key], Numbered) for key in holding):
        yield from (key for key in holding if key in usable)


def why(value: object, chosen: str) -> str:
    """Return why a part is left out beside the chosen one."""
    if is_network(value):
        return NETWORK
    states = value if isinstance(value, list) and value else [value]
    return OPTIMIZER if all(map(is_optimizer, states)) else f"another part than {chosen}"


def has_arrays(value: object, levels: int = 20) -> bool:
    """Whether a value is an array, or holds one in at most so many levels: a mapping can contain itself."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return levels > 0 and any(has_arrays(part, levels - 1) for part in value)
    return bool(getattr(value, "shape", ()))


def unprefixed(names: list[str]) -> dict[str, str]:
    """Return name -> name without wrappers, and without the prefixes that all names share."""
    short = [unwrapped(name) for name in names]
    short = short if len(set(short)) == len(short) else list(names)
    while prefix := next((prefix for prefix in PREFIXES if short and all(n.startswith(prefix) for n in short)), ""):
        short = [name.removeprefix(prefix) for name in short]
    return dict(zip(names, short, strict=True))


def unwrapped(name: str) -> str:
    """Return the name of a weight without what torch puts around layers."""
    return ".".join(part for part in name.split(".") if part not in WRAPPERS)
