"""Arrays and JSON as one payload of base64 text, small enough that a page can contain all of an experiment.

A payload is base64(zlib(n as little-endian uint32, n bytes of JSON, the bytes of all arrays)). The JSON lists the
arrays in the order of their bytes. Float32 arrays are stored in planes, all lowest bytes first, and as differences of
bit patterns if neighbors along the first axis are alike: both compress better than whole numbers.
"""

import base64
import json
import math
import zlib

import numpy as np

from kernelscope.refusal import quoted, refuse

KINDS = {"f": "f4", "u": "u1", "i": "i4", "b": "u1"}  # kind of a NumPy dtype -> dtype in the payload
PLAIN = frozenset((int, str, bool, type(None)))  # types that JSON takes as they are
LEVEL = 7  # of compression; a higher level takes longer and saves hardly anything
PLANES = (3, 4)  # bytes kept of a float32; the first drops the lowest


def packed(arrays: dict[str, np.ndarray], content: dict, deltas: frozenset = frozenset(), planes: int = 4) -> str:
    """Return the payload of arrays by name and of JSON.

    Parameters
    ----------
    arrays : dict
        Name -> array. Floats of any size become float32 and integers int32; bool and uint8 stay bytes.
    content : object
        The JSON.
    deltas : set of str
        Names of the arrays that are stored as differences.
    planes : int
        Bytes that are kept of each float32; 3 rounds to 16 bits of mantissa.

    Raises
    ------
    ValueError
        If an array has another dtype, or an integer does not fit.
    """
    if planes not in PLANES:
        refuse("planes", quoted(planes), "3 or 4")
    stored = {name: stored_as(name, array) for name, array in arrays.items()}
    heads = [head(name, array, name in deltas, planes) for name, array in stored.items()]
    text = json_text({"arrays": heads, "json": content}).encode()
    parts = [np.uint32(len(text)).astype("<u4").tobytes(), text]
    parts += [bytes_of(array, name in deltas, planes) for name, array in stored.items()]
    return base64.b64encode(zlib.compress(b"".join(parts), LEVEL)).decode()


def stored_as(name: str, array: np.ndarray) -> np.ndarray:
    """Return the array in one of the three dtypes of a payload."""
    array = np.asarray(array)
    dtype = KINDS.get(array.dtype.kind)
    if dtype is None or (array.dtype.kind == "u" and array.dtype.itemsize > 1):
        refuse(f"array {name}", f"dtype {array.dtype}", "floats, signed integers, uint8 or bool")
    if dtype == "i4" and array.size and np.abs(array.astype(np.int64)).max() >= 2**31:
        refuse(f"array {name}", "an integer beyond 32 bits", "integers that fit into 32 bits")
    return array.astype(np.dtype(dtype).newbyteorder("<"))


def head(name: str, array: np.ndarray, delta: bool, planes: int) -> dict:
    """Return the entry of an array in the JSON; with its planes only if not all four are kept."""
    description = {"name": name, "dtype": array.dtype.str[1:], "shape": list(array.shape), "delta": delta}
    return description | {"planes": planes} if array.dtype.kind == "f" and planes < 4 else description


def bytes_of(array: np.ndarray, delta: bool, planes: int) -> bytes:
    """Return the bytes of an array as stored; only float32 may have differences and planes."""
    if array.dtype.kind != "f":
        return array.tobytes()
    bits = np.ascontiguousarray(array).view("<u4")
    bits = bits if planes == 4 else rounded_bits(bits)
    if delta and len(bits):
        bits = np.concatenate([bits[:1], bits[1:] - bits[:-1]])  # modulo 2^32
    return bits.reshape(-1, 1).view(np.uint8)[:, 4 - planes :].T.tobytes()


def rounded(array: np.ndarray) -> np.ndarray:
    """Return floats as float32 with 16 bits of mantissa, which is 4 to 5 digits."""
    return rounded_bits(np.ascontiguousarray(array, "<f4").view("<u4")).view("<f4")


def rounded_bits(bits: np.ndarray) -> np.ndarray:
    """Return bit patterns of float32 rounded to a lowest byte of 0, half to even; NaN stays NaN."""
    up = bits + np.uint32(0x7F) + (bits >> np.uint32(8) & np.uint32(1))
    nan = (bits & np.uint32(0x7FFFFFFF)) > np.uint32(0x7F800000)
    return np.where(nan, np.uint32(0x7FC00000), up & np.uint32(0xFFFFFF00)).astype("<u4")


def json_text(content) -> str:
    """Return content as ASCII JSON; floats have at most 6 significant digits, and NaN becomes null."""
    return json.dumps(short(content), separators=(",", ":"), allow_nan=False)


def short(value):
    """Return content with floats of 6 significant digits, and None for numbers that are not finite."""
    if isinstance(value, dict):
        return {key: short(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if type(item) in PLAIN else short(item) for item in value]
    value = value.item() if isinstance(value, np.generic) else value
    if not isinstance(value, float):
        return value
    return float(f"{value:.6g}") if math.isfinite(value) else None
