"""What a reader must know of pictures that were read: sentences from found.json."""


def notes(found: dict) -> list[str]:
    """What is wrong with the pictures of a dataset, a sentence each; found: the content of its found.json."""
    both, torn = found.get("in_both_splits", []), found.get("in_two_classes", [])
    said = [
        (len(both), f"in train and in test, so the test accuracy is too high{first(both)}. [found.json]"),
        (len(torn), f"in two classes{first(torn)}. [found.json]"),
        (found.get("constant", 0), "of one colour throughout. [found.json]"),
        (found.get("skipped", 0), "left out, as they cannot be read. [skipped.csv]"),
    ]
    return [f"{count} {'picture is' if count == 1 else 'pictures are'} {words}" for count, words in said if count]


def first(groups: list[list[str]]) -> str:
    """The names of the first group of pictures that are the same, as code, in which Markdown sees no marks."""
    return ": " + " = ".join("`{}`".format(name.replace("`", "'")) for name in groups[0][:3]) if groups else ""
