"""The small copy of the site that the other tests damage builds, from its own tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Site


def test_the_packages_place_decides_which_tree_is_built(healthy: Site) -> None:
    html = healthy.html()
    assert "Half of one is" in html
    assert "three halves: 1.5" in html
    assert "0.50" in html
    assert str(healthy.root) not in html


def test_a_fresh_copy_runs_nothing(site: Site) -> None:
    done = site.run()
    assert done["faults"] == []
    assert done["ran"] == []
    assert len(done["fresh"]) == 9
