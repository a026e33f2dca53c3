"""The large images of `source: crops`, with the label of each: bundled photographs and a folder, flat or not."""

from collections import Counter
from pathlib import Path, PurePosixPath

from kernelscope.data import folder_listing, label_table
from kernelscope.data.folder_listing import Entry, Listing
from kernelscope.io.names import readable
from kernelscope.refusal import quoted, reason, refuse

IMAGE, FOLDER, TABLE, ROTATION = "image", "folder", "table", "rotation"
LABELS = (IMAGE, FOLDER, TABLE, ROTATION)
TURNS = ("0 degrees", "90 degrees", "180 degrees", "270 degrees")  # classes of ROTATION, counterclockwise
ELLIPSIS = "…"


def described(settings: dict) -> Listing:
    """Return the images of a definition of `source: crops`; a bundled photograph is an entry without a file ending.

    Raises
    ------
    ValueError
        If there are no images, or the labels cannot be those that the definition asks for.
    """
    folder, labels = settings["folder"], settings["labels"]
    if (labels == TABLE) != (settings["table"] is not None):
        got = "no `table`" if labels == TABLE else f"{quoted(settings['table'])} beside `labels: {labels}`"
        refuse("table", got, "a CSV table" if labels == TABLE else "null", "`labels: table` reads a table")
    if folder is None and not settings["photos"]:
        refuse("folder", "no images", "a folder of images, or names in `photos`")
    if labels in (FOLDER, TABLE) and (folder is None or settings["photos"]):
        got = "no folder" if folder is None else "`photos`, which have no such label"
        refuse("labels", f"{labels} with {got}", "images of a folder alone, or `labels: image` or `rotation`")
    listed = in_folder(settings) if folder is not None else Listing([], [], [])
    photos = [Entry(name, name, None) for name in sorted(settings["photos"])]
    listed = listed._replace(entries=[*photos, *listed.entries])
    return named_by_image(listed) if labels in (IMAGE, ROTATION) else listed


def in_folder(settings: dict) -> Listing:
    """Return the images of the folder."""
    if settings["labels"] in (IMAGE, ROTATION):
        return flat(settings["folder"])
    return folder_listing.listing(settings["folder"], settings["table"], label_table.columns(settings))


def flat(folder: str) -> Listing:
    """Return all images below a folder, whose label is their path; hidden files and links to folders are ignored.

    Raises
    ------
    ValueError
        If the folder cannot be read, or has no image.
    """
    root, entries, problems, ignored = Path(folder), [], [], []
    try:
        for path in folder_listing.files_below(root):
            file = path.relative_to(root).as_posix()
            if why := folder_listing.why_ignored(path):
                ignored.append((readable(file), why))
            elif why := folder_listing.trouble(path, root, file):
                problems.append((readable(file), why))
            else:
                entries.append(Entry(file, file, None))
    except OSError as error:
        where = readable(str(error.filename or folder))
        refuse(where, f"a path that cannot be read ({reason(error)})", "a readable file or folder")
    if not entries:
        why = folder_listing.commonest(problems) if problems else "no images"
        refuse(folder, why, f"images ({' '.join(folder_listing.SUFFIXES)})")
    return Listing(sorted(entries), problems, ignored)


def named_by_image(listed: Listing) -> Listing:
    """Return a listing whose labels are the images: names without endings where these differ, shortened if long."""
    stems = [PurePosixPath(entry.file).with_suffix("").as_posix() for entry in listed.entries]
    often = Counter(folder_listing.likeness(stem) for stem in stems)
    names = [
        short(entry.file if often[folder_listing.likeness(stem)] > 1 else stem)
        for entry, stem in zip(listed.entries, stems, strict=True)
    ]
    return listed._replace(
        entries=[entry._replace(label=name) for entry, name in zip(listed.entries, names, strict=True)]
    )


def short(name: str) -> str:
    """Return a name, or its end if it is longer than the name of a class may be."""
    most = folder_listing.LONGEST_NAME
    return name if len(name) <= most else ELLIPSIS + name[-(most - len(ELLIPSIS)) :]


def classes(listed: Listing, settings: dict) -> list[str]:
    """Return the names of the classes in their order.

    Raises
    ------
    ValueError
        If there are fewer than two, or two that look alike.
    """
    where = settings["folder"] or "photos"
    if settings["labels"] == ROTATION and listed.entries:
        return list(TURNS)
    hint = "`labels: rotation` needs one image only" * (settings["labels"] == IMAGE)
    folder_listing.check_classes(listed.classes, where, hint)
    return listed.classes


def without_photos(listed: Listing, settings: dict) -> Listing:
    """Return a listing without the bundled photographs, which are no files."""
    return listed._replace(entries=[entry for entry in listed.entries if entry.file not in settings["photos"]])
