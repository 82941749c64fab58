"""Labs in MkDocs: mkdocs-jupyter takes them in as pages and hands out the scripts; their content is ours.

The plugin's own conversion knows neither this site's formulas, links and colours nor what a lab stands on.
The survey runs a lab before the first page is made, and the page shows what came of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.structure.pages import Page

from workings.site import lab, render, survey
from workings.site.work import Work


def _is_lab(page: Page) -> bool:
    return page.file.src_uri.startswith(f"{lab.FOLDER.name}/") and page.file.src_uri.endswith(".py")


def on_pre_page(page: Page, **_: Any) -> Page:
    """Let MkDocs convert the page, as it does every other."""
    if _is_lab(page):
        vars(page).pop("render", None)  # the plugin's
    return page


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Give the lab's Markdown in place of its script."""
    return survey.current().pages[page.file.src_uri].source if _is_lab(page) else markdown


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Put below the title what can be downloaded, and where the outputs come from."""
    if not _is_lab(page):
        return html
    name = Path(page.file.src_uri).stem
    links = " · ".join(
        f'<a href="{name}{suffix}" download>{name}{suffix}</a>' for suffix in (".py", ".ipynb")
    )
    words = f"Download {links} · {render.provenance(_result(page))}"
    return html.replace("</h1>", f'</h1>\n<p class="lab-head" {render.UNSEARCHED}>{words}</p>', 1)


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """Write the executed notebook beside the page."""
    if _is_lab(page):
        result = _result(page)
        script = survey.current().pages[page.file.src_uri].script
        notebook = lab.as_notebook(script, result["outputs"], result["versions"]["python"])
        place = Path(page.file.abs_dest_path).with_name(Path(page.file.src_uri).stem + ".ipynb")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(notebook, encoding="utf-8")
    return output


def _result(page: Page) -> dict[str, Any]:
    return survey.current().result(Work("lab", page.file.src_uri))
