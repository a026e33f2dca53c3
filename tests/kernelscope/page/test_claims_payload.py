from kernelscope.page import claims_payload
from kernelscope.probes import kernel_tests


def test_claims_of_trained_kernels_alone_are_kept_with_the_columns_that_sentences_need():
    row = {name: name for name in kernel_tests.COLUMNS}
    rows = [list((row | {"state": state, "kernel": i}).values()) for i, state in enumerate(("untrained", "trained"))]
    content = claims_payload.content({"columns": list(kernel_tests.COLUMNS), "rows": rows})
    assert content == {
        "columns": ["layer", "kernel", "claim", "value", "null_mean", "p", "smallest_p", "label", "reason"],
        "rows": [["layer", 1, "claim", "value", "null_mean", "p", "smallest_p", "label", "reason"]],
    }
