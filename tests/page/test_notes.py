"""The notes about the page itself."""

from kernelscope.io.notes import Note
from kernelscope.page import notes, run_payload

CONV = {"kind": "conv", "kernels": 150}
SPEC = {
    "datasets": {"waves": {}, "photos": {}},
    "seeds": {"a": [0, 1, 2], "b": [0]},
    "shown": {"a": [0, 2], "b": [0]},
    "architectures": {"a": {"layers": [CONV]}, "b": {"layers": [CONV]}},
}


def made(spec: dict, numbers: int = 0, scrambled: tuple[str, ...] = ()) -> list[Note]:
    """Return the notes that concern anything."""
    return [note for note in notes.of_page(spec, numbers, list(scrambled)) if note.count]


def test_runs_that_are_not_shown_are_counted_and_weights_are_rounded():
    cut, rounded = made(SPEC)
    assert str(cut) == "cut: 2 of 8 runs: not on the page"
    assert (rounded.kind, rounded.count, rounded.of) == ("converted", 6, 6)
    assert made(SPEC | {"shown": SPEC["seeds"]})[0].kind == "converted"


def test_deeper_layers_are_cut_where_there_are_too_many_numbers():
    assert len(made(SPEC, run_payload.MOST_NUMBERS)) == 2
    (*_, note) = made(SPEC, run_payload.MOST_NUMBERS + 1)
    assert str(note) == "cut: 6 of 6 runs: deeper layers are on the page at the first and last snapshot only"


def test_scrambled_images_and_the_tuning_of_wide_networks_are_not_on_the_page():
    wide = {"layers": [CONV, {"kind": "relu"}, CONV]}
    spec = SPEC | {"architectures": SPEC["architectures"] | {"b": wide}}
    assert [str(note) for note in made(spec, scrambled=("b",))[2:]] == [
        "left out: 1 of 2 networks: their images are not on the page, as they are scrambled: b",
        "cut: 1 of 2 networks: tuning of the first layer only: b",
    ]
    assert [note.kind for note in made(spec | {"unlabeled": True}, scrambled=("b",))[2:]] == [
        "left_out"
    ]  # it has no tuning
