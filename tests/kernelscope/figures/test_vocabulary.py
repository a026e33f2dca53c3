import numpy as np
import pytest
from drawn import count, look, overlapping, said, strings

from kernelscope.comparison import vocabulary as comparison_vocabulary
from kernelscope.figures import kernel_tiles, styling, vocabulary

RNG = np.random.default_rng(0)
BANKS = {seed: {"conv1": RNG.normal(size=(2, 1, 5, 5)), "conv2": RNG.normal(size=(2, 2, 3, 3))} for seed in (0, 1)}
LIMITS = {0: {"conv1": 1.5, "conv2": 1.0}, 1: {"conv1": 2.5, "conv2": 1.0}}


WORDS = {"feature": "peak, gaussian (1 of 2)", "reason": ""}


def type_row(number, seeds, exemplar, name="type"):
    key = {"layer": "conv1", "type": number, "name": name, "kernels": 2, "seeds": seeds, "seeds_total": 2}
    return key | {"seeds_permuted": 1.5, "exemplar_seed": exemplar[0], "exemplar_kernel": exemplar[1]} | WORDS


def member(seed, kernel, number, similarity):
    return {"layer": "conv1", "seed": seed, "kernel": kernel, "type": number, "similarity": similarity}


VOCABULARY = [type_row(1, 2, (0, 0)), type_row(2, 1, (1, 1))]
MEMBERS = [member(0, 0, 1, 1.0), member(0, 1, 1, 0.5), member(1, 0, 1, 0.7), member(1, 1, 2, 1.0)]


def tile(seed, kernel):
    limit = LIMITS[seed]["conv1"]
    return kernel_tiles.tile(BANKS[seed]["conv1"][kernel], limit, vocabulary.TILE["screen"], "RdBu_r")


def sheet(types=VOCABULARY, members=MEMBERS, use="screen"):
    return vocabulary.sheet(types, members, BANKS, LIMITS, look(use))


def test_exemplars_and_the_kernel_of_each_seed_that_is_most_like_them_are_drawn_on_the_scale_of_their_run():
    page = sheet()
    assert count(page, tile(0, 0)) == 2  # as the exemplar, and in the column of its seed
    assert count(page, tile(0, 1)) == 0  # the first kernel of the seed is more like the exemplar
    assert count(page, tile(1, 0)) == 1
    assert count(page, tile(1, 1)) == 2
    assert "0/0" in strings(page)  # the numbers of the typical kernel
    assert "×2" in strings(page)


def test_kernels_that_see_color_images_are_in_color_and_the_caption_says_so():
    banks = {seed: {"conv1": RNG.normal(size=(2, 3, 5, 5)), "conv2": BANKS[seed]["conv2"]} for seed in BANKS}
    page = vocabulary.sheet(VOCABULARY, MEMBERS, banks, LIMITS, look("screen"))
    width = vocabulary.TILE["screen"]
    drawn = kernel_tiles.colored(banks[1]["conv1"][1], width, limit=LIMITS[1]["conv1"])
    assert count(page, drawn) == 2
    assert "in color: gray is zero" in said(page)
    assert "in color" not in said(sheet())


def test_three_channels_of_a_deeper_layer_are_no_colors():
    banks = {seed: {"conv0": BANKS[seed]["conv1"], "conv1": RNG.normal(size=(2, 3, 5, 5))} for seed in BANKS}
    page = vocabulary.sheet(VOCABULARY, MEMBERS, banks, LIMITS, look("screen"))
    drawn = kernel_tiles.tile(banks[1]["conv1"][1], LIMITS[1]["conv1"], vocabulary.TILE["screen"], "RdBu_r")
    assert count(page, drawn) == 2
    assert "in color" not in said(page)


def test_a_type_has_its_feature_and_what_chance_gives():
    words = said(sheet())
    assert "peak, gaussian (1 of 2)" in words
    assert "kernels permuted: 1.5 seeds" in words
    assert "1 of them in every one of 2 seeds" in words


@pytest.mark.parametrize("use", styling.USES)
def test_many_types_and_seeds_are_cut_and_the_caption_says_so(use):
    most = vocabulary.MOST_TYPES[use]
    many = [type_row(i + 1, 2, (0, 0)) for i in range(most + 5)]
    limited, more = (sheet(rows, MEMBERS, use) for rows in (many[:most], many))
    assert f"{most} of {most + 5} types" in said(more)
    assert "types " + str(most) not in said(limited)
    assert more.height - limited.height < 30
    assert more.height <= (styling.USES[use].height or np.inf)
    assert not overlapping(more)


def test_a_layer_without_types_has_its_reason():
    empty, _ = comparison_vocabulary.empty_rows("conv2", {0: np.ones(2, bool)}, comparison_vocabulary.DEEPER)
    assert comparison_vocabulary.DEEPER in said(sheet([*VOCABULARY, *empty]))
    assert comparison_vocabulary.DEEPER in said(sheet(empty, []))
