"""Checkpoints as people save them: the model is read, and optimizers and averages never are."""

import pytest
import torch
from torch import nn

from kernelscope.pretrained import state_dicts
from kernelscope.pretrained.model_part import is_optimizer, model_part, numbered, unprefixed


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(1, 4, 5), nn.ReLU(), nn.Conv2d(4, 3, 3))


def stepped(make):
    """Return a network and its optimizer after a step, which fills the optimizer's moments."""
    model = network()
    optimizer = make(model.parameters())
    model(torch.ones(1, 1, 12, 12)).sum().backward()
    optimizer.step()
    return model, optimizer


OPTIMIZERS = {
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.1),
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
}
RECIPES = {  # how the documents of libraries save checkpoints
    "PyTorch": lambda m, o: {"epoch": 1, "model_state_dict": m, "optimizer_state_dict": o, "loss": torch.ones(1)},
    "optimizer first": lambda m, o: {"optimizer": o, "model": m},
    "Lightning": lambda m, o: {"state_dict": {f"model.{k}": v for k, v in m.items()}, "optimizer_states": [o]},
    "timm": lambda m, o: {"epoch": 3, "arch": "x", "state_dict": m, "state_dict_ema": m, "optimizer": o},
    "DataParallel": lambda m, o: {"state_dict": {f"module.{k}": v for k, v in m.items()}, "optimizer": o},
    "compiled": lambda m, o: {"model": {f"_orig_mod.module.{k}": v for k, v in m.items()}, "optimizer": o},
    "two levels": lambda m, o: {"model": {"state_dict": m, "optimizer": o}},
    "only averages": lambda m, o: {"ema": m, "optimizer": o},
    "a list": lambda m, o: [m, o, 3],
    "a tuple": lambda m, o: (o, {"model": m}),
    "an ensemble": lambda m, o: {"epoch": 3, "models": [m, m], "optimizer": o},
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("recipe", RECIPES)
def test_the_layers_are_those_of_the_model(recipe, optimizer):
    model, state = stepped(OPTIMIZERS[optimizer])
    content = numbered(RECIPES[recipe](model.state_dict(), state.state_dict()))
    banks, left_out = state_dicts.conv_kernels(content)
    assert list(banks) == ["0", "2"]
    for name, bank in banks.items():
        assert (bank == model.state_dict()[f"{name}.weight"].numpy()).all()
    assert not any("exp_avg" in other.name or "momentum" in other.name for other in left_out)
    parts = {"Lightning": "optimizer_states", "PyTorch": "optimizer_state_dict", "a list": "1", "a tuple": "0"}
    assert parts.get(recipe, "optimizer") in {other.name for other in left_out}


def test_of_several_parts_the_first_is_read_and_the_others_are_told():
    model = network().state_dict()
    other = {name: 0 * value for name, value in model.items()}
    banks, left_out = state_dicts.conv_kernels({"ema": other, "net": other, "model": model})
    assert banks["0"].any()
    assert {str(part) for part in left_out} == {"ema: another part than model", "net: another part than model"}


def test_a_part_can_be_asked_for_and_a_wrong_one_is_refused():
    model = network().state_dict()
    other = {name: 0 * value for name, value in model.items()}
    content = {"model": model, "networks": {"generator": other}}
    assert not state_dicts.conv_kernels(content, part="networks.generator")[0]["0"].any()
    with pytest.raises(
        ValueError, match=r"part mode: got no part 'mode', expected one of model, networks .did you mean"
    ):
        model_part(content, "mode")


def test_of_a_list_the_first_is_read_or_the_one_that_is_asked_for():
    model = network().state_dict()
    other = {name: 0 * value for name, value in model.items()}
    banks, left_out = state_dicts.conv_kernels(numbered([model, other]))
    assert banks["0"].any()
    assert [str(part) for part in left_out] == ["1: another part than 0"]
    assert not state_dicts.conv_kernels(numbered((model, other)), part="1")[0]["0"].any()
    assert not state_dicts.conv_kernels({"models": [model, other]}, part="models.1")[0]["0"].any()


def test_of_a_list_of_arrays_each_is_a_layer():
    banks, _ = state_dicts.conv_kernels(numbered([torch.ones(2, 1, 3, 3), torch.ones(3, 2, 5, 5)]))
    assert [(name, bank.shape) for name, bank in banks.items()] == [("0", (2, 1, 3, 3)), ("1", (3, 2, 5, 5))]


@pytest.mark.parametrize("value", [[], [1, "a"], [{"state": {0: {"exp_avg": torch.ones(2, 1, 3, 3)}}}], {"a": 1}, None])
def test_nothing_else_is_a_list_of_parts(value):
    assert numbered(value) is value


def test_a_mapping_that_contains_itself_is_read():
    content = {"conv.weight": torch.ones(2, 1, 3, 3)}
    content["more"] = content["again"] = content
    banks, _ = state_dicts.conv_kernels({"empty": [content]} | content)
    assert (banks["conv"] == 1).all()


@pytest.mark.parametrize(
    "state", [{0: {"exp_avg": torch.ones(2, 1, 3, 3)}}, {"opt": {"momentum_buffer": torch.ones(2, 1, 3, 3)}}]
)
def test_moments_of_an_optimizer_are_no_layers_wherever_they_are(state):
    with pytest.raises(ValueError, match="the state of an optimizer"):
        state_dicts.conv_kernels(state)
    banks, left_out = state_dicts.conv_kernels(state | network().state_dict())
    assert list(banks) == ["0", "2"]
    assert [other.why for other in left_out] == ["the state of an optimizer"]


def test_an_optimizer_alone_is_refused():
    with pytest.raises(ValueError, match="state_dict: got only the state of an optimizer, expected the weights"):
        state_dicts.conv_kernels(stepped(OPTIMIZERS["Adam"])[1].state_dict())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a._orig_mod.b", "a.b"),
        ("_fsdp_wrapped_module.a._checkpoint_wrapped_module.b", "a.b"),
        ("my_orig_mod.b", "my_orig_mod.b"),
    ],
)
def test_wrappers_go_wherever_they_are(name, expected):
    assert unprefixed([name, "c"])[name] == expected


def test_wrappers_stay_where_names_would_be_equal():
    assert unprefixed(["a._orig_mod.b", "a.b"]) == {"a._orig_mod.b": "a._orig_mod.b", "a.b": "a.b"}


def test_parts_with_other_names_are_all_read():
    model = network().state_dict()
    banks, _ = state_dicts.conv_kernels({"generator": model, "discriminator": model})
    assert list(banks) == ["0", "2", "discriminator.0", "discriminator.2"]


@pytest.mark.parametrize("value", [{"param_groups": []}, {"state": {0: {}}, "x": 1}])
def test_an_optimizer_is_known_by_its_groups_or_its_numbers(value):
    assert is_optimizer(value)


@pytest.mark.parametrize("value", [{}, {"state": {}}, {"state": {"conv": 1}}, {"state": 3}, [1], None])
def test_anything_else_is_none(value):
    assert not is_optimizer(value)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["module.a", "module.b"], ["a", "b"]),
        (["model.module.a"], ["a"]),
        (["module.a", "b"], ["module.a", "b"]),
        (["models.a"], ["models.a"]),
        ([], []),
    ],
)
def test_prefixes_that_all_names_share_go(names, expected):
    assert list(unprefixed(names).values()) == expected
