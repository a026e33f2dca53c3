from experiment.config import meanings


def test_settings_have_the_words_of_the_schema():
    assert meanings.of_training("training")["batch_size"] == "Images per step."
    assert meanings.of_training("cdbn")["l2"] == "L2 penalty on the weights."
    waveforms = meanings.of_dataset({})
    assert waveforms["amplitude"].endswith("smallest and largest (share of the rows).")
    assert meanings.of_dataset({"source": "digits"})["test_share"].startswith("Share of each class that is held out")
    assert "amplitude" not in meanings.of_dataset({"source": "digits"})
