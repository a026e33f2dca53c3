"""Built networks against plain torch layers with the same weights."""

import numpy as np
import pytest
import scipy.signal
import scipy.stats
import torch
from torch import nn
from torch.nn import functional

from kernelscope.models import networks
from kernelscope.models.architectures import ARCHITECTURES, cnnkernels, stacked, templates
from kernelscope.models.convolution import WAYS
from kernelscope.models.layer_lists import conv, linear

DEFAULT = {"conv": None, "linear": None}
CLASSES = 4


pytestmark = pytest.mark.usefixtures("one_thread")


def plain_matched(channels):
    return nn.Sequential(
        nn.Conv2d(channels, 6, 9), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(6, CLASSES)
    )


def plain_cnnkernels(channels):  # for 40 x 45 pixels: 26 x 31, 12 x 17, 6 x 8
    return nn.Sequential(
        *(nn.Conv2d(channels, 5, 15), nn.ReLU(), nn.Conv2d(5, 1, 15), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(48, 32), nn.ReLU(), nn.Linear(32, 16), nn.Tanh(), nn.Linear(16, CLASSES)),
    )


def plain_cnnkernels_tanh(channels):
    return nn.Sequential(*plain_cnnkernels(channels), nn.Tanh())


def plain_stacked(channels):
    return nn.Sequential(
        *(nn.Conv2d(channels, 8, 7, 2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 6, 5), nn.ReLU()),
        *(nn.MaxPool2d(2), nn.Conv2d(6, 10, 3), nn.ReLU(), nn.AdaptiveMaxPool2d(1)),
        *(nn.Flatten(), nn.Linear(10, CLASSES)),
    )


class OfTowers(nn.Module):
    """Apply a layer to each half of the channels."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return torch.cat([self.layer(half) for half in x.chunk(2, 1)], 1)


class Times255(nn.Module):
    def forward(self, x):
        return 255 * x


def plain_krizhevsky(channels):
    norm = OfTowers(nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2))
    return nn.Sequential(
        *(Times255(), nn.Conv2d(channels, 8, 7, 2), nn.ReLU(), norm, nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 6, 3, groups=2), nn.ReLU(), norm, nn.Conv2d(6, 4, 3), nn.ReLU(), nn.AdaptiveMaxPool2d(1)),
        *(nn.Flatten(), nn.Linear(4, CLASSES)),
    )


class Residual(nn.Module):
    """Add the output of the layers to their input."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x + self.layers(x)


def plain_small_resnet(channels):
    def conv_and_norm(before, after, size=3, stride=1):
        return nn.Conv2d(before, after, size, stride, size // 2, bias=False), nn.BatchNorm2d(after)

    return nn.Sequential(
        *(*conv_and_norm(channels, 6, 7, 2), nn.ReLU(), nn.MaxPool2d(2)),
        *(Residual(*conv_and_norm(6, 4), nn.ReLU(), *conv_and_norm(4, 6)), nn.ReLU(), nn.AvgPool2d(2)),
        *(*conv_and_norm(6, 8), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(8, CLASSES)),
    )


def plain_small_alexnet(channels):
    norm = OfTowers(nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2))
    return nn.Sequential(
        *(nn.Conv2d(channels, 8, 7, 2, 3), nn.ReLU(), norm, nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 6, 5, 1, 2, groups=2, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 4, 3, 1, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveMaxPool2d(1)),
        *(nn.Flatten(), nn.Linear(4, CLASSES)),
    )


# name: plain network, settings, rows and cols
CASES = {
    "templates": (plain_matched, {"kernels": 6, "kernel_size": 9}, (40, 45)),
    "cnnkernels": (plain_cnnkernels, {"kernels": 5, "kernel_size": 15, "widths": (32, 16)}, (40, 45)),
    "cnnkernels_tanh": (plain_cnnkernels_tanh, {"kernels": 5, "kernel_size": 15, "widths": (32, 16)}, (40, 45)),
    "stacked": (plain_stacked, {"kernels": 8, "kernel_size": 7, "stride": 2, "widths": (6, 10)}, (64, 67)),
    "krizhevsky": (plain_krizhevsky, {"kernels": 8, "kernel_size": 7, "stride": 2, "widths": (6, 4)}, (40, 45)),
    "small_alexnet": (plain_small_alexnet, {"kernels": 8, "kernel_size": 7, "stride": 2, "widths": (6, 4)}, (40, 45)),
    "small_resnet": (plain_small_resnet, {"kernels": 6, "kernel_size": 7, "widths": (4, 8)}, (40, 45)),
}


def built(name: str, channels: int = 1, seed: int = 0, init_std: dict = DEFAULT, way: str = "auto") -> nn.Sequential:
    _, settings, size = CASES[name]
    network = networks.build(ARCHITECTURES[name](**settings), (channels, *size), CLASSES, way)
    networks.initialize(network, init_std, seed)
    return network


def trainable(network: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in network.parameters() if parameter.requires_grad]


def untrained(network: nn.Module) -> list[nn.Parameter]:
    return [parameter for parameter in network.parameters() if not parameter.requires_grad]


def same_weights(name: str, channels: int, network: nn.Sequential) -> nn.Sequential:
    """Return the plain network with the weights of `network`, in order."""
    plain = CASES[name][0](channels)
    with torch.no_grad():
        for theirs, ours in zip(plain.parameters(), trainable(network), strict=True):
            assert theirs.shape == ours.shape
            theirs.copy_(ours)
    return plain


def images(name: str, channels: int = 1, count: int = 11) -> torch.Tensor:
    return torch.rand(count, channels, *CASES[name][2], generator=torch.Generator().manual_seed(3))


def test_every_architecture_has_a_plain_counterpart_here():
    assert CASES.keys() == ARCHITECTURES.keys()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("way", WAYS)
def test_a_built_network_gives_what_plain_layers_give_with_the_same_gradients(name, channels, way):
    network = built(name, channels, way=way)
    plain = same_weights(name, channels, network)
    x = images(name, channels)
    ours, theirs = network(x), plain(x)
    assert ours.shape == (11, CLASSES)
    assert ours.std() > 1e-3
    torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
    labels = torch.arange(11) % CLASSES
    for outputs in (ours, theirs):
        functional.cross_entropy(outputs, labels).backward()
    for actual, reference in zip(trainable(network), plain.parameters(), strict=True):
        assert reference.grad.abs().max() > 0
        scale = float(reference.grad.abs().max())
        torch.testing.assert_close(actual.grad, reference.grad, rtol=1e-3, atol=1e-4 * scale)


def test_running_averages_are_those_of_torch_and_normalize_what_is_not_trained():
    network = built("small_resnet")
    plain = same_weights("small_resnet", 1, network)
    for x in images("small_resnet", count=30).split(10):
        network(x)
        plain(x)
    statistics = [array for name, array in plain.named_buffers() if not name.endswith("tracked")]
    for ours, theirs in zip(untrained(network), statistics, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
        assert not torch.allclose(ours, torch.full_like(ours, float(ours.mean() > 0.5)))
    x = images("small_resnet", count=1)
    torch.testing.assert_close(network.eval()(x), plain.eval()(x), rtol=1e-4, atol=1e-5)


def test_scoring_a_network_leaves_its_running_averages_alone_and_the_network_in_training():
    network = built("small_resnet")
    before = networks.weights(network)
    networks.evaluate(network, [images("small_resnet")])
    assert network.training
    for name, array in networks.weights(network).items():
        np.testing.assert_array_equal(array, before[name])


def test_parameters_are_named_after_their_layers():
    names = [name for name, _ in built("cnnkernels").named_parameters()]
    layers = ("conv1", "conv2", "hidden1", "hidden2", "output")
    assert names == [f"{layer}.{part}" for layer in layers for part in ("weight", "bias")]


def test_a_network_for_images_too_small_is_refused():
    with pytest.raises(ValueError, match="kernel_size of conv1: got 15, expected 1 to 14"):
        networks.build(templates(), (1, 14, 30), 3)


@pytest.mark.parametrize("name", CASES)
def test_untrained_weights_are_distributed_as_those_of_torch(name):
    network = built(name)
    ours = {name: p.detach().numpy() for name, p in network.named_parameters() if p.requires_grad}
    theirs = dict(zip(ours, CASES[name][0](1).parameters(), strict=True))
    for key, values in ours.items():
        if key.startswith("norm"):
            np.testing.assert_array_equal(values, theirs[key].detach())
            continue
        weight = theirs[key.replace(".bias", ".weight")]
        bound = 1 / np.sqrt(weight[0].numel())
        assert np.abs(values).max() <= bound
        assert theirs[key].abs().max() <= bound * (1 + 1e-6)  # torch has the same bound
        uniform = scipy.stats.uniform(-bound, 2 * bound)
        assert scipy.stats.kstest(values.ravel(), uniform.cdf).pvalue > 0.001, key


@pytest.mark.parametrize("sd", [0.001, 0.2])
def test_with_an_init_std_weights_are_normal_and_biases_zero(sd):
    weights = networks.weights(built("cnnkernels", init_std={"conv": sd, "linear": sd}))
    for key, values in weights.items():
        if key.endswith("bias"):
            assert (values == 0).all()
        else:
            assert scipy.stats.kstest(values.ravel(), scipy.stats.norm(0, sd).cdf).pvalue > 0.001, key
            assert values.std() == pytest.approx(sd, rel=4 / np.sqrt(2 * values.size)), key


def test_an_init_std_is_that_of_the_name_else_that_of_the_kind():
    init_std = {"conv": 0.5, "linear": None, "conv2": 0.01, "output": 3.0}
    weights = networks.weights(built("stacked", init_std=init_std))
    assert weights["conv1.weight"].std() == pytest.approx(0.5, rel=0.15)
    assert weights["conv2.weight"].std() == pytest.approx(0.01, rel=0.15)
    assert weights["conv3.weight"].std() == pytest.approx(0.5, rel=0.15)
    assert weights["output.weight"].std() == pytest.approx(3.0, rel=0.5)
    hidden = networks.weights(built("cnnkernels", init_std={"conv": None, "linear": 0.5, "hidden1": None}))
    assert np.abs(hidden["hidden1.weight"]).max() <= 1 / np.sqrt(48)
    assert np.abs(hidden["hidden1.bias"]).max() > 0
    assert hidden["hidden2.weight"].std() == pytest.approx(0.5, rel=0.15)
    assert (hidden["hidden2.bias"] == 0).all()


def test_a_setting_of_a_layer_is_its_own_even_where_it_is_none():
    settings = {"conv": 1.0, "linear": 2.0, "conv2": None}
    assert networks.of_layer(settings, "conv", "conv1") == 1.0
    assert networks.of_layer(settings, "conv", "conv2") is None
    assert networks.of_layer(settings, "linear", "output") == 2.0


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("sd", [None, 0.1])
def test_a_seed_determines_all_weights_bit_for_bit_and_another_changes_each(name, sd):
    init_std = {"conv": sd, "linear": sd}
    torch.manual_seed(1)
    first = networks.weights(built(name, seed=7, init_std=init_std))
    torch.manual_seed(2)  # the global state of torch has no part in it
    second = networks.weights(built(name, seed=7, init_std=init_std))
    other = networks.weights(built(name, seed=8, init_std=init_std))
    assert first.keys() == second.keys() == other.keys()
    for key, values in first.items():
        assert values.dtype == np.float32
        assert values.tobytes() == second[key].tobytes()
        if not key.startswith(("norm", "input")) and (key.endswith("weight") or sd is None):
            assert values.tobytes() != other[key].tobytes()


def test_weighted_layers_come_in_order_with_their_kind():
    kinds = [(name, kind) for name, _, kind in networks.weighted(built("cnnkernels"))]
    assert kinds == [
        *(("conv1", "conv"), ("conv2", "conv")),
        *(("hidden1", "linear"), ("hidden2", "linear"), ("output", "linear")),
    ]


def test_weights_and_kernels_are_copies_of_the_parameters():
    network = built("stacked")
    weights, kernels = networks.weights(network), networks.kernels(network)
    assert {name: k.shape for name, k in kernels.items()} == {
        "conv1": (8, 1, 7, 7),
        "conv2": (6, 8, 5, 5),
        "conv3": (10, 6, 3, 3),
    }
    before = kernels["conv1"].copy()
    assert np.array_equal(before, weights["conv1.weight"])
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.fill_(9.0)
    assert np.array_equal(kernels["conv1"], before)
    assert np.array_equal(weights["conv1.weight"], before)
    assert (networks.kernels(network)["conv1"] == 9).all()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("batch", [4, 11])
def test_the_largest_responses_are_those_of_the_plain_layers_over_all_images(name, batch):
    network = built(name)
    plain = same_weights(name, 1, network)
    expected, kinds = [], [nn.BatchNorm2d if name == "small_resnet" else nn.Conv2d]
    for layer in plain.eval().modules():
        if type(layer) in kinds:
            layer.register_forward_hook(lambda _, __, maps: expected.append(maps.amax((0, 2, 3)).numpy()))
    with torch.no_grad():
        x = plain(images(name))
    outputs, largest = networks.evaluate(network, images(name).split(batch))
    np.testing.assert_allclose(outputs, x, atol=1e-5)
    assert list(largest) == [f"conv{i + 1}" for i in range(len(expected))]
    for values, reference in zip(largest.values(), expected, strict=True):
        assert values == pytest.approx(reference, rel=1e-5, abs=1e-5)


def test_the_largest_responses_of_a_first_layer_are_those_of_a_loop_over_scipy():
    network = built("templates")
    x, weights = images("templates", count=3), networks.weights(network)
    for i in range(6):
        responses = [
            scipy.signal.correlate2d(image[0].numpy(), weights["conv1.weight"][i, 0], mode="valid") for image in x
        ]
        expected = np.max(responses) + weights["conv1.bias"][i]
        assert networks.evaluate(network, [x])[1]["conv1"][i] == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_a_response_below_zero_is_kept_as_it_is():
    network = built("templates")
    with torch.no_grad():
        network.conv1.weight.fill_(-1.0)
        network.conv1.bias.fill_(-2.0)
    _, largest = networks.evaluate(network, [torch.ones(2, 1, 40, 45)])
    assert largest["conv1"].tolist() == pytest.approx([-83.0] * 6)


@pytest.mark.parametrize("layers", [templates(5, 7), cnnkernels(5, 12, widths=(8, 4)), stacked(4, 5, 1, (3, 3))])
def test_two_forward_passes_give_the_same_bits(layers):
    network = networks.build(layers, (1, 36, 36), 3)
    networks.initialize(network, DEFAULT, 0)
    x = torch.rand(20, 1, 36, 36, generator=torch.Generator().manual_seed(0))
    first = network(x)
    assert torch.equal(first, network(x))
    assert first.std() > 0


@pytest.mark.parametrize("between", [[{"kind": "tanh"}], [{"kind": "relu"}, {"kind": "max_pool", "size": 2}]])
def test_a_global_max_pool_far_from_its_conv_layer_is_a_layer_of_its_own(between):
    layers = [conv("conv1", 4, 5), *between, {"kind": "global_max_pool"}, linear("output", None)]
    network = networks.build(layers, (1, 20, 20), 3)
    networks.initialize(network, {"conv": None, "linear": None}, seed=0)
    x = torch.rand(2, 1, 20, 20, generator=torch.Generator().manual_seed(0))
    maps = torch.nn.functional.conv2d(x, network.conv1.weight, network.conv1.bias)
    for layer in between:
        kind = layer["kind"]
        maps = torch.nn.functional.max_pool2d(maps, 2) if kind == "max_pool" else getattr(torch, kind)(maps)
    expected = torch.nn.functional.linear(maps.amax((2, 3)), network.output.weight, network.output.bias)
    torch.testing.assert_close(network(x), expected)
