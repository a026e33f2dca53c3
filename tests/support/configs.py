"""Random valid configs over the whole schema, for tests of anything that users might write; hostile.py breaks them.

Ranges and choices come from the schema. Constraints that it cannot express (what fits into what) are derived here,
independently of the library.
"""

import string
import tempfile
from functools import cache
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from experiment.config.schema import filled, resolve, schema
from kernelscope.data.control_names import KINDS

set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "hypothesis")  # not into the project

LONGEST_LINE = 320  # characters, with the name of the program
NARROWEST = 1e-3  # share of the columns: below, an image would have thousands of periods
STATED = {
    "waveforms",
    "templates",
    "cnnkernels",
    "stacked",
    "templates_random_labels",
}  # definitions of config.yaml, which other configs extend
LETTERS = string.ascii_letters + string.digits
TELLING_NAMES = (
    *("0", "1e3", "true", "null", "nan", "seed0", "architectures"),
    *("data", "runs", "conv", "a-", "A_b", "CON"),
)
NETWORKS = {  # network -> layers with weights, default kernel_size, default stride
    "templates": (("conv1", "output"), 15, 1),
    "cnnkernels": (("conv1", "conv2", "hidden1", "hidden2", "output"), 15, 1),
    "cnnkernels_tanh": (("conv1", "conv2", "hidden1", "hidden2", "output"), 15, 1),
    "stacked": (("conv1", "conv2", "conv3", "output"), 11, 2),
    "small_resnet": (("conv1", "conv2", "conv3", "conv4", "output"), 7, 2),
}
REACH = {"square": 0.5, "triangle": 1, "gaussian": 1.5, "sinusoid": 0, "sawtooth": 0}  # widths on each side
RANGES = ("amplitude", "width", "position", "offset", "line_width", "noise", "clipping")
BY_LAYER = ("weight_decay", "init_std")
MODEST = {"amplitude": [0.2, 0.4], "width": [0.1, 0.2], "position": [0, 1], "offset": [0, 1.0], "line_width": [0.5, 1]}
SMALL = {  # largest values for experiments that tests run
    **{"kernels": 4, "widths": 8, "epochs": 2, "snapshots": 10, "threads": 2, "n_resamples": 30},
    **{"images": 30, "hold_first": 1, "hold_last": 1, "line_width": 8},
}


def part(section: str) -> dict:
    """Return the schema of a section of the config."""
    return schema()["$defs"].get(section) or schema()["properties"][section]


@cache
def leaf(section: str, key: str, small: bool) -> st.SearchStrategy:
    """Return a strategy for the values of a key: the bounds of the schema, and anything between."""
    return values(resolve(part(section)["properties"][key]), key, small)


def values(node: dict, key: str, small: bool) -> st.SearchStrategy:
    if "enum" in node:
        return st.just("cpu") if small and key == "device" else st.sampled_from(node["enum"])
    if isinstance(node["type"], list):  # or null
        return st.none() | values(node | {"type": node["type"][0]}, key, small)
    if node["type"] == "boolean":
        return st.booleans()
    if node["type"] == "string":
        return st.from_regex(node["pattern"])
    if node["type"] == "object" and not node["additionalProperties"]:
        children = {name: values(resolve(child), name, small) for name, child in node["properties"].items()}
        return st.fixed_dictionaries({}, optional=children)
    if node["type"] == "object":  # by layer
        return values(node["additionalProperties"], key, small)
    if node["type"] == "array":
        item = values(node["items"], key, small)
        return st.lists(item, min_size=2, max_size=node.get("maxItems", 5), unique=node.get("uniqueItems", False))
    top = node.get("maximum", node.get("exclusiveMaximum"))
    top = min(top, SMALL.get(key, top)) if small else top
    if node["type"] == "integer":
        whole = st.integers(node["minimum"], top) | st.sampled_from([node["minimum"], top])
        return st.one_of(whole, whole, whole.map(float))  # YAML may write 3 as 3.0
    bottom = node.get("minimum", node.get("exclusiveMinimum"))
    bottom = max(bottom, NARROWEST) if key == "width" else bottom
    above = "exclusiveMinimum" in node or key == "amplitude"
    number = st.floats(bottom, top, exclude_min=above, exclude_max="exclusiveMaximum" in node)
    return number if above else number | st.just(bottom)


@cache
def leaves(section: str, small: bool, leave_out: tuple = ()) -> st.SearchStrategy:
    """Return a strategy for mappings with any keys of a section of the schema."""
    keys = [key for key in part(section)["properties"] if key not in leave_out]
    return st.fixed_dictionaries({}, optional={key: leaf(section, key, small) for key in keys})


@cache
def names(least: int, most: int) -> st.SearchStrategy:
    """Return a strategy for `least` to `most` different names that the schema allows and config.yaml does not use."""
    plain = st.builds(str.__add__, st.sampled_from(LETTERS), st.text(LETTERS + "-_", max_size=63))
    new_name = st.sampled_from(TELLING_NAMES) | plain.filter(lambda name: name not in STATED)
    return st.lists(new_name, min_size=least, max_size=most, unique=True)


def fits_image(settings: dict) -> bool:
    """Whether every waveform of a dataset is certain to fit into its images."""
    settings = filled(settings, schema()["$defs"]["dataset"])
    rows, cols = settings["image_size"]
    high = {key: settings[key][1] for key in RANGES}
    half = max(REACH[shape] for shape in settings["classes"]) * high["width"] * cols
    edge = high["line_width"] / 2 + 1e-6
    left, right = (share * cols for share in settings["position"])
    low, up = (share * rows for share in settings["offset"])
    across = half == 0 or (max(left, half + edge) <= cols - half - edge and half + edge <= right)
    room = rows - high["amplitude"] * high["clipping"] * rows - edge
    return across and max(low, edge) <= room and edge <= up


@st.composite
def datasets(draw, small: bool):
    settings = draw(leaves("dataset", small))
    if not settings.get("trace_colors"):
        settings.pop("graticule", None)  # is only drawn behind traces in color
    if small:
        settings |= {key: draw(st.integers(10, 60)) for key in ("train_images", "test_images")}
        settings["image_size"] = [draw(st.integers(8, 32)), draw(st.integers(8, 32))]
    for key in RANGES:
        if key in settings:
            settings[key] = sorted(settings[key])
    if not fits_image(settings) and draw(st.booleans()):
        settings |= MODEST
    if not fits_image(settings):
        settings["inside_frame"] = False
    return settings


def fits_network(network: str, side: int, size: int, stride: int) -> bool:
    """Whether a network fits images whose smaller side is `side`."""
    padding = size // 2 if network == "small_resnet" else 0
    after = (side + 2 * padding - size) // stride + 1 if size <= side else 0
    least = {"templates": 1, "stacked": 20, "small_resnet": 12}  # pool by 2, kernel of 5 or 3, pool by 2, kernel of 3
    return after >= least.get(network, size + 1)  # size + 1: another kernel of this size, pool by 2


@cache
def fitting(network: str, side: int, size: int | None = None) -> list[int]:
    """Return the kernel sizes that fit, or the strides that fit for a given kernel size."""
    tried = ((k, 1) for k in range(1, 65)) if size is None else ((size, s) for s in range(1, 513))
    return [k if size is None else s for k, s in tried if fits_network(network, side, k, s)]


@st.composite
def architectures(draw, side: int, small: bool):
    """Draw a definition that fits images whose smaller side is `side`."""
    network = draw(st.sampled_from([network for network in NETWORKS if fitting(network, side)]))
    layers, usual_size, usual_stride = NETWORKS[network]
    size = draw(st.sampled_from(fitting(network, side)))
    stride = draw(st.sampled_from(fitting(network, side, size)))
    leave_out = ("network", "of", "kernel_size", "stride", "training", "vary", "towers", "cdbn")
    leave_out += ("widths",) * (network == "templates")
    settings = draw(leaves("architecture", small, leave_out)) | {"network": network, "kernel_size": size}
    if small:
        settings["kernels"] = draw(leaf("architecture", "kernels", small))
    if not fits_network(network, side, size, usual_stride) or draw(st.booleans()):
        settings["stride"] = stride
    if fits_network(network, side, usual_size, settings.get("stride", usual_stride)) and draw(st.booleans()):
        del settings["kernel_size"]
    return settings | ({"training": draw(trainings(layers, small))} if draw(st.booleans()) else {})


@st.composite
def controls(draw, nets: dict[str, dict]):
    """Draw definitions of controls of those architectures that are not controls themselves."""
    originals = [name for name, settings in nets.items() if settings.get("control", "none") == "none"]
    added = [name for name in draw(names(0, 2)) if originals and name not in nets]
    return {name: {"of": draw(st.sampled_from(originals)), "control": draw(st.sampled_from(KINDS))} for name in added}


@st.composite
def trainings(draw, layers: tuple[str, ...], small: bool):
    """Draw training settings for networks that all have these layers."""
    settings = draw(leaves("training", small, BY_LAYER))
    for key in BY_LAYER:
        if draw(st.booleans()):
            groups = draw(st.lists(st.sampled_from(["conv", "linear", *layers]), unique=True))
            settings[key] = {group: draw(leaf("training", key, small)) for group in groups}
    return settings


@st.composite
def valid_configs(draw, small: bool = False):
    """Draw a config that must be accepted; a `small` config runs in seconds on a CPU."""
    sets = {name: draw(datasets(small)) for name in draw(names(1, 1 if small else 3))}
    chosen = draw(st.lists(st.sampled_from(list(sets)), min_size=1, unique=True))
    side = int(min(min(sets[name].get("image_size", [64])) for name in chosen))
    nets = {name: draw(architectures(side, small)) for name in draw(names(1, 2 if small else 4))}
    nets |= draw(controls(nets))
    archs = draw(st.lists(st.sampled_from(list(nets)), min_size=1, max_size=2 if small else 6, unique=True))
    most = 3 - len(archs) if small else 5
    seeds = draw(st.lists(st.integers(0, 999_999_999), min_size=1, max_size=most, unique=True))
    selection = {"datasets": chosen, "architectures": archs, "seeds": seeds}
    config = {"experiment": selection, "datasets": sets, "architectures": nets}
    for section in draw(st.sets(st.sampled_from(["comparison", "analysis", "figures", "movie"]))):
        config[section] = draw(leaves(section, small))
    if small or draw(st.booleans()):
        used = {nets[nets[name].get("of", name)]["network"] for name in archs}
        common = set.intersection(*(set(NETWORKS[network][0]) for network in used))
        config["training"] = draw(trainings(tuple(sorted(common)), small))
    if small:
        config["training"]["epochs"] = draw(leaf("training", "epochs", small))  # the default is not small
        for section, key in (("comparison", "n_resamples"), ("analysis", "n_resamples"), ("analysis", "images")):
            config[section] = config.get(section, {}) | {key: draw(leaf(section, key, small))}
    if draw(st.booleans()):
        folder = draw(names(1, 1).filter(lambda drawn: drawn[0] not in ("data", "runs", "compare", "logs")))[0]
        config["pathvars"] = draw(st.sampled_from([{}, {"results": "results"}, {"results": f"results/{folder}"}]))
    return config
