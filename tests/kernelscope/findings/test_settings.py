from made_up import statement_rows

from kernelscope.findings import claimed, settings


def statements():
    return claimed.statements(statement_rows.rows(statement_rows.sweep()))


def test_an_outcome_names_its_strongest_settings_first_and_counts_the_rest():
    (accuracy,) = [text for text in settings.shown(statements()) if text.startswith("Test accuracy")]
    assert accuracy == (
        "Test accuracy depends on setting a with adamw (20 % of the variance at these levels), setting a with sgd "
        "(20 %), setting b (20 %), setting c (13 %), setting d (10 %) and 5 more"
    )


def test_settings_without_evidence_are_listed_by_outcome():
    found = settings.without_evidence(statements())
    assert "that test accuracy depends on setting i, setting j, setting k and setting l" in found


def test_where_two_bases_differ_the_setting_says_so():
    (pair,) = [of for of in settings.dependences(statements()) if of.outcome == "test accuracy" and of.differs]
    assert settings.noted(pair, "5 %") == "setting a (differently for adamw and sgd; 5 %)"
    assert settings.noted(pair) == "setting a (differently for adamw and sgd)"
