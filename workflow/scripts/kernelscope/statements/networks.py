"""All statements about the networks of an experiment, architecture by architecture, from their tables."""

from kernelscope.statements import across_seeds, kernel_counts, layer_responses, settling, start, vocabulary, works
from kernelscope.statements.statement import Statement


def of_architecture(dataset: str, arch: str, tables: dict) -> list[Statement]:
    """Return the statements about one architecture on one dataset, not judged yet.

    Parameters
    ----------
    dataset, arch : str
    tables : dict
        `summary`, `kernel_tests`, `seed_tests`, `vocabulary`, `settling` and `initial_correlation`, each a list of
        rows, empty if it was not made; `layer_responses` may be missing. Rows of runs have their `seed`. `untrained`,
        the test accuracy of each run before training, `labels`, the class of each test image, and, if known, `steps`,
        how many a training has, and `controls`, {kind of control: rows of summary.csv of its runs}.
    """
    statements = [
        *works.statements(tables["summary"], tables["untrained"], tables["labels"]),
        *start.ratio(tables["summary"]),
        *start.predicted(tables["initial_correlation"]),
        *kernel_counts.statements(tables["kernel_tests"], dataset, arch),
        *layer_responses.statements(tables.get("layer_responses", [])),
        *settling.statements(tables["settling"], tables.get("steps")),
        *vocabulary.statements(tables["vocabulary"]),
        *across_seeds.statements(tables["seed_tests"], dataset, arch, tables["summary"], tables.get("controls", {})),
    ]
    return [statement._replace(dataset=dataset, arch=arch) for statement in statements]
