"""Output shapes of lists of layers against the shapes of torch, and lists of layers that are refused."""

import pytest
import torch
from torch.nn import functional

from kernelscope.models import architectures
from kernelscope.models.layer_lists import RELU, add, batch_norm, conv, max_pool, names, read, relu, shapes

TOO_LARGE = r": got \d+, expected 1 to \d+ \(its input has "


def after(layer: dict, x: torch.Tensor, classes: int) -> torch.Tensor:
    """Return torch's output of a layer for x (1, ...), on the meta device, whose tensors have shapes but no values."""
    kind = layer["kind"]
    if kind == "conv":
        size, towers, padding = layer["kernel_size"], layer.get("towers", 1), layer.get("padding", 0)
        if size > min(x.shape[2:]):
            raise RuntimeError("larger than the image; padding does not help")
        weight = torch.zeros(layer["kernels"], x.shape[1] // towers, size, size, device="meta")
        return functional.conv2d(x, weight, stride=layer["stride"], padding=padding, groups=towers)
    if kind == "max_pool":
        return functional.max_pool2d(x, layer["size"])
    if kind == "average_pool":
        return functional.avg_pool2d(x, layer["size"])
    if kind == "global_max_pool":
        return functional.adaptive_max_pool2d(x, 1).flatten(1)
    if kind == "linear":
        return functional.linear(x.flatten(1), torch.zeros(layer["units"] or classes, x[0].numel(), device="meta"))
    return x


def torch_shapes(layers: list[dict], image: tuple[int, int, int], classes: int) -> list[tuple[int, ...]]:
    x, expected = torch.zeros(1, *image, device="meta"), []
    for layer in layers:
        x = after(layer, x, classes)
        expected.append(tuple(x.shape[1:]))
    return expected


@pytest.mark.parametrize("name", architectures.ARCHITECTURES)
@pytest.mark.parametrize("image", [(1, 64, 64), (1, 71, 50), (3, 58, 83)])
@pytest.mark.parametrize("kernel_size", [5, 11, 12])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_the_shape_after_each_layer_is_that_of_torch(name, image, kernel_size, stride):
    layers = architectures.ARCHITECTURES[name](kernels=4, kernel_size=kernel_size, stride=stride)
    try:
        expected = torch_shapes(layers, image, 4)
    except RuntimeError:  # torch finds a kernel too large, too
        with pytest.raises(ValueError, match=TOO_LARGE):
            shapes(layers, image, 4)
    else:
        assert shapes(layers, image, 4) == expected
        assert expected[-1] == (4,)


@pytest.mark.parametrize("name", architectures.ARCHITECTURES)
def test_a_kernel_is_refused_exactly_where_torch_refuses_it(name):
    image, refused = (1, 30, 41), []
    for kernel_size in range(1, 35):
        layers = architectures.ARCHITECTURES[name](kernels=2, kernel_size=kernel_size, stride=1)
        try:
            torch_shapes(layers, image, 3)
        except RuntimeError:
            refused.append(kernel_size)
            with pytest.raises(ValueError, match=TOO_LARGE):
                shapes(layers, image, 3)
        else:
            assert len(shapes(layers, image, 3)) == len(layers)
    assert refused
    assert refused == list(range(refused[0], 35))


def test_the_default_networks_fit_the_default_images():
    for name, build in architectures.ARCHITECTURES.items():
        layers = build()
        assert shapes(layers, (1, 64, 64), 3) == torch_shapes(layers, (1, 64, 64), 3), name


def test_a_kernel_too_large_is_named_with_its_size_and_what_is_allowed():
    with pytest.raises(ValueError) as error:
        shapes(architectures.templates(kernel_size=30), (1, 24, 40), 3)
    assert str(error.value) == ("kernel_size of conv1: got 30, expected 1 to 24 (its input has 24 x 40 pixels)")


def test_a_later_kernel_is_held_against_what_is_left_of_the_image():
    layers = architectures.cnnkernels(kernel_size=15)
    with pytest.raises(
        ValueError, match=r"kernel_size of conv2: got 15, expected 1 to 10 \(its input has 10 x 26 pixels\)"
    ):
        shapes(layers, (1, 24, 40), 3)


def test_a_pooling_window_too_large_is_refused():
    layers = [conv("conv1", 2, 5), max_pool(4)]
    assert shapes(layers, (1, 8, 8), 3) == [(2, 4, 4), (2, 1, 1)]
    with pytest.raises(
        ValueError,
        match=r"size of a pooling window: got 4, expected 1 to 3 \(its input has 3 x 4 pixels; "
        r"use a larger `image_size`, or a smaller `kernel_size` or `stride`\)",
    ):
        shapes(layers, (1, 7, 8), 3)


def test_matched_has_these_shapes():
    assert shapes(architectures.templates(), (1, 64, 64), 3) == [(12, 50, 50), (12, 50, 50), (12,), (3,)]


def test_cnnkernels_has_these_shapes():
    after_conv = [(5, 50, 50)] * 2 + [(1, 36, 36)] * 2 + [(1, 18, 18)]
    after_linear = [(1024,), (1024,), (256,), (256,), (3,)]
    assert shapes(architectures.cnnkernels(), (1, 64, 64), 3) == after_conv + after_linear


def test_stacked_has_these_shapes():
    assert shapes(architectures.stacked(), (1, 64, 64), 3) == [
        *[(16, 27, 27), (16, 27, 27), (16, 13, 13)],
        *[(16, 9, 9), (16, 9, 9), (16, 4, 4)],
        *[(32, 2, 2), (32, 2, 2), (32,), (3,)],
    ]


def test_the_network_of_the_origin_with_tanh_only_adds_a_tanh():
    settings = {"kernels": 4, "kernel_size": 7, "widths": (20, 10)}
    plain, with_tanh = architectures.cnnkernels(**settings), architectures.cnnkernels_tanh(**settings)
    assert with_tanh == [*plain, {"kind": "tanh"}]


def test_settings_reach_their_layers():
    layers = architectures.stacked(kernels=7, kernel_size=9, stride=3, widths=(5, 6))
    convs = [layer for layer in layers if layer["kind"] == "conv"]
    assert [(c["kernels"], c["kernel_size"], c["stride"]) for c in convs] == [(7, 9, 3), (5, 5, 1), (6, 3, 1)]
    hidden = [layer["units"] for layer in architectures.cnnkernels(widths=(20, 10)) if layer["kind"] == "linear"]
    assert hidden == [20, 10, None]


def test_names_are_those_of_the_layers_with_weights_in_order():
    assert names(architectures.templates()) == ["conv1", "output"]
    assert names(architectures.stacked()) == ["conv1", "conv2", "conv3", "output"]
    assert names(architectures.cnnkernels()) == ["conv1", "conv2", "hidden1", "hidden2", "output"]


@pytest.mark.parametrize("name", architectures.ARCHITECTURES)
def test_no_two_layers_of_a_network_have_the_same_name(name):
    layer_names = names(architectures.ARCHITECTURES[name]())
    assert len(layer_names) >= 2
    assert len(set(layer_names)) == len(layer_names)


KINDS = (
    "add, average_pool, batch_norm, center, conv, global_max_pool, linear, local_response_norm, max_pool, relu, tanh"
)


def test_an_unknown_kind_is_named_with_those_that_there_are():
    with pytest.raises(ValueError) as error:
        shapes([conv("a", 2, 3), {"kind": "dropout", "p": 0.5}], (1, 9, 9), 3)
    assert str(error.value) == f"layer kind: got 'dropout', expected one of {KINDS}"


def test_a_misspelt_kind_or_setting_is_named_with_the_one_that_may_be_meant():
    with pytest.raises(ValueError) as error:
        read([{"kind": "batchnorm", "name": "a"}])
    assert str(error.value) == (f"layer kind: got 'batchnorm', expected one of {KINDS} (did you mean 'batch_norm'?)")
    with pytest.raises(ValueError, match=r"\(did you mean 'kernel_size'\?\)$"):
        read([{"kind": "conv", "name": "a", "kernels": 3, "kernelsize": 5}])
    with pytest.raises(ValueError, match=r"^source of add: got 'blok', expected an .* \(did you mean 'block'\?\)$"):
        shapes([conv("block", 2, 3), add("blok")], (1, 9, 9), 3)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ({"kind": "conv", "name": "a"}, "layer of kind conv: got the settings name, expected name, kernels"),
        ({"kind": "max_pool", "size": 2, "stride": 1}, "got the settings size, stride, expected size, name"),
        ({"name": "a"}, "layer kind: got '', expected one of"),
    ],
)
def test_settings_of_a_layer_that_are_missing_or_unknown_are_named(layer, words):
    with pytest.raises(ValueError, match=words):
        read([layer])


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([conv("a", 2, 3), add("b")], "source of add: got 'b', expected an earlier layer: a"),
        (
            [conv("a", 2, 3), conv("b", 2, 3), add("a")],
            r"add: got \(2, 7, 7\) from a for an input of \(2, 5, 5\), expected equal shapes",
        ),
        (
            [conv("a", 2, 9), conv("b", 2, 1, 2), add("a")],
            "add: got a stride between a and the sum, expected no stride between them",
        ),
        ([conv("a", 2, 3), batch_norm("a")], "layer a: got the same name twice, expected a different name"),
        (
            [{"kind": "global_max_pool"}, relu("flat"), RELU, add("flat")],
            "add: got an input without rows and cols, expected a place before",
        ),
    ],
)
def test_what_cannot_be_added_and_names_that_come_twice_are_refused(layers, words):
    with pytest.raises(ValueError, match=words):
        shapes(layers, (1, 9, 9), 3)


def test_every_layer_is_read_as_what_it_was_written_from():
    for build in architectures.ARCHITECTURES.values():
        layers = build()
        assert [layer.spec() for layer in read(layers)] == layers
