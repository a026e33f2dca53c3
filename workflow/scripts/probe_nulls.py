"""Test what every kernel of a run, trained and untrained, responds to and is needed for, beside null kernels."""

import torch

from kernelscope.data.image_file import ImageFile
from kernelscope.data.split_names import SPLITS
from kernelscope.io import array_files, cli
from kernelscope.measures import look_tests
from kernelscope.probes import probing, response_tests


def probe_nulls(spec: dict, images: str, parameters: str, snapshots: str, nulls: str) -> None:
    """Read images, their truth, and the weights of a run; write the statistics of its responses with null draws.

    Parameters
    ----------
    spec : {"dataset", "arch", "seed", "layers", "control", "init_std": layer name or kind -> standard deviation,
        "images": how many of each split are probed}
    images, parameters, snapshots : images.npz, parameters.csv and snapshots.npz
    nulls : response_nulls.npz, to write: the arrays of `look_tests.as_arrays`, and `largest/<state>/<layer>` (out,)
    """
    torch.set_num_threads(1)
    dataset, weights = ImageFile(images), array_files.read_npz(snapshots)
    truth = probing.truth(parameters, spec["images"])
    splits = [probing.split(dataset, truth, name, spec["images"], spec["control"]) for name in SPLITS]
    names = {"trained": "last", "untrained": "first"}
    states = {state: probing.weights(weights, name) for state, name in names.items()}
    run = probing.Run(spec["layers"], states["untrained"], states["trained"], *splits, dataset.class_names)
    probe, arrays, first = probing.probe_of(run, spec["init_std"], spec["seed"]), {}, None
    for state, of_state in states.items():
        tests, largest, first = response_tests.tests(probe, of_state, first)
        arrays |= look_tests.as_arrays(tests, state)
        arrays |= {f"largest/{state}/{layer}": values for layer, values in largest.items()}
    array_files.write_npz(nulls, arrays)


if __name__ == "__main__":
    cli.run(probe_nulls, __doc__)
