"""Every kind of checkpoint is read with the right weights, or refused in one line that says what it is."""

import re

import numpy as np
import pytest
from projects import ROOT
from tiers import rows
from weight_files import of_kinds, of_others, of_programs, of_torch
from weight_files.cases import Case

from kernelscope.pretrained import file_names, formats, kernels

TABLES = (
    *(of_torch.STATES, of_programs.PROGRAMS, of_torch.BESIDE, of_torch.PARTS),
    *(of_kinds.KINDS, of_kinds.FILES, of_kinds.ARRAYS, of_others.SAFETENSORS, of_others.KERAS, of_others.ONNX),
)
CASES: dict[str, Case] = {name: case for table in TABLES for name, case in table.items()}
QUICK = (
    *("state_dict .pt", "Lightning", "a class of the program", "weight norm, parametrized", "transposed, grouped"),
    *("a whole network", "TorchScript, transposed", "two shards", "NPZ, names of TensorFlow", "safetensors, bfloat16"),
    *("Keras .h5, transposed", "ONNX, transposed"),
)
ANYTHING = kernels.Choice(is_square=False)


def test_no_two_cases_share_a_name():
    assert len(CASES) == sum(map(len, TABLES))


def test_the_guide_lists_every_ending_that_is_read():
    guide = (ROOT / "docs/tutorial/your-checkpoints.md").read_text()
    told = {"`.pth.tar`" if ending == ".tar" else f"`{ending}`" for ending in (*file_names.ENDINGS, file_names.INDEX)}
    assert [ending for ending in sorted(told) if ending not in guide] == []


@pytest.mark.filterwarnings("ignore")  # what the writers say of their own formats
@pytest.mark.parametrize("name", rows(CASES, *QUICK))
def test_a_checkpoint_is_read_rightly_or_refused_in_one_line(name, tmp_path, monkeypatch):
    case = CASES[name]
    monkeypatch.setenv("KERAS_BACKEND", "torch")  # else Keras asks for TensorFlow
    if case.package:
        pytest.importorskip(case.package)
    path, expected = case.write(tmp_path)
    if case.refusal:
        with pytest.raises(ValueError, match=case.refusal) as error:
            kernels.whole(formats.read(path), path.name, None, ANYTHING)
        assert str(error.value).isprintable()
        assert re.match(f"({re.escape(str(tmp_path))}/)?[^:]+: ", str(error.value))
        return
    banks, remarks = kernels.whole(formats.read(path), path.name, None, ANYTHING)
    assert sorted(banks) == sorted(expected)
    for layer, bank in banks.items():
        assert bank.dtype == np.float32
        np.testing.assert_allclose(bank, expected[layer], rtol=1e-6, atol=1e-7)
    for words in case.left_out:
        assert any(words in str(remark) for remark in remarks), remarks
