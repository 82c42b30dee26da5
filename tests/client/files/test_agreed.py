"""Only what was shown with an offer is taken: by name, by number and by size."""

from broker.protocol.files import MAX_ITEMS, FileItem, FileOffer
from client.files.agreed import Agreed


def agreed(*items: FileItem, files: int | None = None, size: int | None = None) -> Agreed:
    named = sum(one.files if one.folder else 1 for one in items)
    return Agreed(
        FileOffer(
            transfer="12345678",
            items=items,
            files=named if files is None else files,
            folders=sum(one.folder for one in items),
            size_bytes=sum(one.size_bytes for one in items) if size is None else size,
        )
    )


def plain(name: str, size: int = 10) -> FileItem:
    return FileItem(name=name, size_bytes=size)


MANY = tuple(plain(f"f{number}.txt") for number in range(MAX_ITEMS))


def test_a_file_is_not_larger_than_it_was_shown() -> None:
    one = agreed(plain("a.txt", 5), size=5_000_000)
    assert not one.takes_file(("a.txt",), 6)
    assert one.takes_file(("a.txt",), 5)


def test_a_folder_holds_no_more_than_it_was_shown_with() -> None:
    docs = FileItem(name="docs", folder=True, files=2, size_bytes=10)
    one = agreed(docs, files=50, size=5_000)
    assert one.takes_folder(("docs",))
    assert one.takes_file(("docs", "a"), 6)
    assert not one.takes_file(("docs", "b"), 5)
    assert one.takes_file(("docs", "b"), 4)
    assert not one.takes_file(("docs", "run-me"), 0)


def test_the_same_file_may_come_again() -> None:
    one = agreed(plain("a.txt"))
    assert one.takes_file(("a.txt",), 10)
    assert one.takes_file(("a.txt",), 10)


def test_an_offer_that_names_all_its_files_has_no_others() -> None:
    assert not agreed(*MANY).takes_file(("run-me.desktop",), 1)
    assert not agreed(*MANY[:-1], files=MAX_ITEMS).takes_file(("run-me.desktop",), 1)


def test_of_more_than_an_offer_names_as_many_are_taken_as_it_counts() -> None:
    one = agreed(*MANY, files=MAX_ITEMS + 1, size=10 * MAX_ITEMS + 7)
    assert not one.takes_file(("more.txt",), 8)
    assert one.takes_file(("more.txt",), 7)
    assert not one.takes_file(("still-more.txt",), 0)


def test_files_of_which_nothing_was_said_are_counted() -> None:
    one = agreed(plain("a.txt"), plain("b.txt"))
    assert one.missing(set()) == 2
    assert one.missing({("a.txt",)}) == 1
