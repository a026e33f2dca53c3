"""All statements on the page: each sentence once, in the order of the question."""

from kernelscope.page import sentences


def row(name, arch="b", question="what", verdict="shown", dataset="d"):
    return {
        **{"statement": name, "dataset": dataset, "arch": arch, "layer": None, "claim": "c", "question": question},
        **{"verdict": verdict, "text": f"Sentence {name}."},
    }


def test_sentences_are_ordered_by_network_question_and_verdict_and_each_is_there_once():
    rows = [
        *(row("1", verdict="cannot be decided"), row("2", verdict="no evidence"), row("2", verdict="no evidence")),
        *(row("3", "a", "same_kinds"), row("4", "a", "works", None), row("5"), row("6", None, "controls")),
        row("7", dataset="other"),
    ]
    table = sentences.content(rows, "d", ["b", "a"])["statements"]
    assert [line[table["columns"].index("text")] for line in table["rows"]] == [
        f"Sentence {name}." for name in ("6", "5", "2", "1", "4", "3")
    ]
    assert all(cell is not None for line in table["rows"] for cell in line)
