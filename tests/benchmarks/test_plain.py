"""The plain tree: what it takes from a built page, and that MkDocs shows the same from it."""

import pytest
from benchmarks import plain
from benchmarks.tree import headings
from markdown import Markdown

PAGE = """<html><article class="md-content__inner md-typeset">
<h1 id="top">A page<a class="headerlink" href="#top" title="Link">&para;</a></h1>
<p>Words <img src="x.svg"> and $not maths$.</p>
<pre>a

b</pre>
<h2 id="part">A <em>part</em><a class="headerlink" href="#part" title="Link">&para;</a></h2>
<section><h2 id="inner">Inside</h2><p>More.<br></p></section>
</article></html>"""
SHOWN = ('<h1 id="top">A page</h1>', "$not maths$", "a\n\nb</pre>", '<h2 id="inner">', "More.<br></p>")


def test_outermost_headings_become_markdown() -> None:
    page = plain.as_markdown(plain.article(PAGE))
    assert page.startswith("# A page {: #top }\n\n<div><p>Words")
    assert "\n\n## A <em>part</em> {: #part }\n\n" in page
    assert '<h2 id="inner">Inside</h2>' in page


def test_a_page_shows_the_same_again() -> None:
    page = plain.as_markdown(plain.article(PAGE))
    shown = Markdown(extensions=["attr_list", "md_in_html"]).convert(page)
    assert all(kept in shown for kept in SHOWN)


def test_the_floor_shows_the_same_without_reading() -> None:
    page = plain.as_markdown(plain.article(PAGE))
    shown = Markdown(extensions=["attr_list", "benchmarks.finished"]).convert(page)
    assert all(kept in shown for kept in SHOWN)


def test_a_page_without_an_article_is_refused() -> None:
    with pytest.raises(ValueError, match="a built page holds one article, but none was found"):
        plain.article("<html></html>")


def test_the_plain_settings_know_nothing_of_the_project() -> None:
    settings = """watch: [src, snippets]
hooks: [src/own.py]
nav:
  - Letters: labs/letters.py
plugins:
  - mkdocs-jupyter: { execute: false }
  - search
extra_css:
  - assets/workings.css
markdown_extensions:
  - toc: { permalink: true }
  - pymdownx.superfences:
      custom_fences:
        - { name: pycon, class: pycon, format: !!python/name:workings.site.extension.session_fence }
  - workings.site.extension
"""
    assert plain.configuration(settings) == (
        "nav:\n  - Letters: labs/letters.md\nplugins:\n  - search\n"
        "extra_css:\n  - assets/workings.css\nmarkdown_extensions:\n"
        "  - toc: { permalink: true }\n  - pymdownx.superfences\n"
    )


def test_front_matter_stays() -> None:
    assert plain.front_matter("---\nhide: [toc]\n---\n\n# A page\n") == "---\nhide: [toc]\n---\n\n"
    assert plain.front_matter("# A page\n") == ""


def test_a_page_is_left_its_headings() -> None:
    assert headings("# A\n\n{{ x.y.z }}\n\n```sh\n# no heading\n```\n\n## B\n") == "# A\n\n## B\n"
