import numpy as np
import pytest
from fabricated import do, experiment, weights

from kernelscope.data.image_file import ImageFile
from kernelscope.io import csv_files
from kernelscope.measures import cka
from kernelscope.models import responses as models_responses
from kernelscope.models.architectures import stacked
from kernelscope.models.layer_lists import receptive_fields
from kernelscope.probes import probing

LAYERS = stacked(3, 5, 1, (2, 2))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("d")
    do(experiment({"templates": {"network": "templates"}}, [0]), folder, "make_dataset")
    return ImageFile(folder / "data/d/images.npz"), csv_files.read_csv(folder / "data/d/parameters.csv")


def test_the_truth_is_that_of_the_first_images_of_every_split_and_a_damaged_one_is_named(tmp_path):
    table = tmp_path / "parameters.csv"
    table.write_text("split,index\ntrain,0\ntrain,1\ntrain,2\ntest,0\n")
    rows = probing.truth(str(table), 2)
    assert [(row["split"], row["index"]) for row in rows] == [("train", "0"), ("train", "1"), ("test", "0")]
    for damaged in ("split,index\ntrain,x\n", "split\ntrain\n"):
        table.write_text(damaged)
        with pytest.raises(ValueError, match=r"parameters\.csv is damaged"):
            probing.truth(str(table), 2)


def run_of(data, control="none", truth=True) -> probing.Run:
    file, rows = data
    rows = rows if truth else [{name: row[name] for name in ("split", "index", "label", "class")} for row in rows]
    splits = [probing.split(file, rows, name, 50, control) for name in ("train", "test")]
    states = [weights(LAYERS, file.images["train"].shape, len(file.class_names), seed) for seed in (0, 1)]
    return probing.Run(LAYERS, *states, *splits, file.class_names)


def responses(run: probing.Run):
    return [models_responses.responses(run.layers, run.trained, split.images) for split in (run.train, run.test)]


def test_a_split_is_the_first_images_with_their_labels_and_truth(data):
    file, rows = data
    test_images = probing.split(file, rows, "test", 7, "none")
    np.testing.assert_array_equal(test_images.images, file.images["test"][:7])
    np.testing.assert_array_equal(test_images.labels, file.labels["test"][:7])
    assert [(row["split"], int(row["index"]), int(row["label"])) for row in test_images.truth] == [
        ("test", i, label) for i, label in enumerate(test_images.labels)
    ]
    assert len(probing.split(file, rows, "test", 1000, "none").images) == 60


def test_scrambled_images_are_those_of_training_and_have_no_features(data):
    run = run_of(data, "phase_scrambled")
    whole = probing.split(*data, "train", 60, "phase_scrambled")
    np.testing.assert_array_equal(run.train.images, whole.images[:50])
    assert run.train.truth == run.test.truth == []
    assert probing.feature_rows(run, *responses(run), 9) == []
    assert len(probing.tuning_rows(run)) == 7 * 60


def test_images_without_truth_have_no_feature_rows_and_stimuli_of_the_usual_width(data):
    run = run_of(data, truth=False)
    assert probing.feature_rows(run, *responses(run), 9) == []
    assert len(probing.tuning_rows(run)) == 7 * 60


def test_every_kernel_of_every_layer_has_its_rows(data):
    run = run_of(data)
    train, test = responses(run)
    kernels = {("conv1", 0), ("conv1", 1), ("conv1", 2), ("conv2", 0), ("conv2", 1), ("conv3", 0), ("conv3", 1)}
    for rows in (
        probing.selectivity_rows(run, test, 9),
        probing.ablation_rows(run, run.trained),
        probing.feature_rows(run, train, test, 9),
    ):
        assert {(row["layer"], row["kernel"]) for row in rows} == kernels
    fits = probing.subspace_rows(run, probing.patterns_of(run), {"conv": None}, {"conv1": np.array([1.0, 0.5])})
    assert {row["layer"] for row in fits} == {"conv1"}


def test_top_patches_hold_the_largest_responses_and_where_they_come_from(data):
    run = run_of(data)
    _, test = responses(run)
    arrays = probing.top_patches(run, test)
    for name, (field, jump, _) in receptive_fields(LAYERS).items():
        assert arrays[f"field/{name}"] == field
        for kernel, (image, row, col, response) in enumerate(
            zip(*(arrays[f"top_{part}/{name}"][:, 0] for part in ("image", "row", "col", "response")), strict=True)
        ):
            assert response == test[name][:, kernel].max() == test[name][image, kernel, row // jump, col // jump]


def test_similarities_are_gram_matrices_of_the_same_images_before_and_after(data):
    run = run_of(data)
    _, test = responses(run)
    arrays = probing.similarities(run, test)
    assert set(arrays) == {f"{state}/conv{i}" for state in ("gram", "gram_untrained") for i in (1, 2, 3)}
    before = models_responses.responses(LAYERS, run.untrained, run.test.images)
    for state, maps in (("gram", test), ("gram_untrained", before)):
        expected = cka.gram(maps["conv2"].reshape(50, -1))
        np.testing.assert_allclose(arrays[f"{state}/conv2"], expected, rtol=1e-6)
