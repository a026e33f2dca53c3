"""The floating-point numbers of arrays and torch tensors."""

import numpy as np

from kernelscope.pretrained.contents import Unreadable
from kernelscope.refusal import refuse


def weights_of(name: str, value) -> np.ndarray:
    """Return weights as float32; ValueError if they are quantized or missing."""
    if isinstance(value, Unreadable):
        refuse(f"layer {name}", value.words, "floating-point weights")
    for kind, words in (("is_quantized", "quantized weights"), ("is_meta", "weights without values (on `meta`)")):
        if getattr(value, kind, False):
            refuse(f"layer {name}", words, "floating-point weights")
    return array(value, f"layer {name}")


def is_float(value) -> bool:
    """Whether an array or a torch tensor holds floating-point numbers, or stands for such."""
    if isinstance(value, Unreadable):
        return True
    method = getattr(value, "is_floating_point", None)
    return bool(method() if method else value.dtype.kind == "f") or bool(getattr(value, "is_quantized", False))


def array(value, where: str = "weights") -> np.ndarray:
    """Return an array or tensor as a float32 array; ValueError, naming `where`, if float32 cannot hold its numbers."""
    if hasattr(value, "to_dense") and getattr(value, "layout", None) is not None and value.is_sparse:
        value = value.to_dense()
    if hasattr(value, "detach"):  # a tensor, which is converted first, as NumPy lacks bfloat16
        value = value.detach().cpu()
        value = (value if value.dtype.itemsize > 4 else value.float()).numpy()
    with np.errstate(over="ignore"):
        result = np.array(value, np.float32)
    if (np.isinf(result) & np.isfinite(value)).any():
        refuse(where, "numbers that float32 cannot hold", "numbers of at most 3.4e38")
    return result
