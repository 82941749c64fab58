"""The real files that experiments read."""

from workings.data.corpora import sources
from workings.exhibits.exhibit import Cell, Table, exhibit


@exhibit
def files() -> Table:
    """Every file of the manifest with its size, source and licence."""
    rows: list[list[Cell]] = [
        [
            path,
            source.bytes / 1e6,
            source.source.partition(" : ")[0].removeprefix("github.com/"),
            source.licence,
        ]
        for path, source in sources().items()
    ]
    return Table(["file", "MB", "from", "licence"], rows, ["", ".2f", "", ""])
