"""Put the null kernels of all seeds of one architecture into one file."""

from kernelscope.io import array_files, cli

LARGEST = "largest/"  # arrays that are about the kernels of one run alone


def pool_nulls(spec: dict, runs: str, pooled: str) -> None:
    """Read the null kernels of all seeds; write what the kernels of other seeds are judged by into one file.

    A run depends on this file instead of on files of all runs, so planning does not take a time that grows with the
    square of the number of runs.

    Parameters
    ----------
    spec : {"dataset", "arch", "seeds", "files": nulls.npz and perhaps response_nulls.npz}
    runs : folder with `seed{seed}/{file}`
    pooled : pooled_nulls.npz, to write: `{seed}/{state}/{layer}/{claim}/` with `value` and `null`
    """
    arrays = {}
    for seed in spec["seeds"]:
        for file in spec["files"]:
            for name, array in array_files.read_npz(f"{runs}/seed{seed}/{file}").items():
                if name.endswith(("/value", "/null")) and not name.startswith(LARGEST):
                    arrays[f"{seed}/{name}"] = array
    array_files.write_npz(pooled, arrays)


if __name__ == "__main__":
    cli.run(pool_nulls, __doc__)
