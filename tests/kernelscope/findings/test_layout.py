import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelscope.findings import layout
from kernelscope.findings.layout import WIDTH, Bullet

WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=300)


def test_parts_are_joined_and_those_without_room_are_counted():
    assert layout.lines(Bullet("*What.*", ["One", "Two"]), 1) == ["* *What.* One. Two."]
    parts = ["a" * 100, "b" * 100, "c" * 100]
    assert layout.lines(Bullet("*What.*", parts), 1) == [f"* *What.* {'a' * 100}. (+2)"]
    assert layout.lines(Bullet("*What.*", []), 1) == []


def test_a_part_ends_early_only_between_clauses_and_not_within_brackets():
    text = f"{'x' * 120}: 0.47 [0.40, 0.50], permuted 0.46, difference {'y' * 60}"
    assert layout.lines(Bullet("*Same.*", [text]), 1) == [f"* *Same.* {'x' * 120}: 0.47 [0.40, 0.50], …"]


def test_an_interval_is_not_broken():
    assert layout.wrap(f"{'x' * 150} 0.1 [0.05, 0.15] and") == [f"{'x' * 150} 0.1", "[0.05, 0.15] and"]


def test_a_number_stays_with_its_percent_sign():
    text = f"{'x' * 156} 12 % and"
    assert layout.wrap(text) == ["x" * 156, "12 % and"]


@given(st.lists(st.lists(WORDS, max_size=4), max_size=13))
def test_bullets_fit(parts):
    bullets = [Bullet("*Title.*", of_bullet) for of_bullet in parts]
    lines = layout.fitted(bullets, 13)
    assert len(lines) <= 13
    assert all(len(line) <= WIDTH for line in lines)
    assert sum(line.startswith("* ") for line in lines) == sum(bool(of_bullet) for of_bullet in parts)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [("*a* <b>", r"\*a\* \<b>"), ("[x](y)", r"[x\](y)"), ("0.5 [0.4, 0.6]", "0.5 [0.4, 0.6]"), ("a_b", "a_b")],
)
def test_markup_in_names_is_escaped(text, escaped):
    assert layout.escaped(text) == escaped


def test_to_have_fewer_words_the_last_sentences_of_what_matters_least_are_left_out():
    bullets = [layout.Bullet("*a*", ["one two", "three four"], most=2), layout.Bullet("*b*", ["five", "six", "seven"])]
    whole = ["* *a* one two. three four.", "* *b* five. six. seven."]
    assert layout.fitted(bullets, 9, 11) == whole
    assert layout.fitted(bullets, 9, 10) == [whole[0], "* *b* five. (+2)"]
    assert layout.fitted(bullets, 9, 1) == ["* *a* one two. (+1)", "* *b* five. (+2)"]
