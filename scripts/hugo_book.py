"""The guide's pages as a project of Hugo with the theme hugo-book, for `make bench`: what who moves there would have.

Tabs become the theme's, boxes its quotes. What this guide's own extension and footer add is missing there: dark
pictures and captions, lists of sources, steps to tick.
"""

from __future__ import annotations

import json
import re
import shutil
from itertools import takewhile
from pathlib import Path

import yaml

CONFIG = """baseURL = "https://example.org/"
title = "Two Locks"
theme = "book"
disableKinds = ["taxonomy", "term"]
markup.goldmark.renderer.unsafe = true
[params]
BookTheme = "auto"
BookSection = "/"
BookComments = false
BookPortableLinks = true
"""
SOURCE = re.compile(r"^\[([SGPW]-\w+)\]: (\S+)", re.MULTILINE)
CITED = re.compile(r"\]\[([SGPW]-\w+)\]")
SNIPPET = re.compile(r'^( *)--8<-- "(.+)"$', re.MULTILINE)
BOX = re.compile(r'(?P<before> *(?:1\. +)?)!!! \w+ "(?P<title>.+)"|=== "(?P<tab>.+)"')


def convert(project: Path, theme: Path, site: Path) -> None:
    """Write the project's pages into the folder `site`, with the theme of the folder `theme`."""
    (site / "themes").mkdir(parents=True)
    (site / "themes/book").symlink_to(theme.resolve())
    (site / "hugo.toml").write_text(CONFIG, "utf-8")
    docs = project / "docs"
    shutil.copytree(docs / "assets/shots", site / "static/assets/shots")
    sources = dict(SOURCE.findall((docs / "includes/sources.md").read_text("utf-8")))
    config = (project / "mkdocs.yml").read_text("utf-8")
    nav = yaml.safe_load(config[config.index("\nnav:") :])["nav"]
    for place, (name, pages) in enumerate((item for section in nav for item in section.items()), 1):
        homes = [(link, home) for page in pages for link, home in page.items()]
        folder = site / "content" / Path(homes[-1][1]).parent
        _write(folder / "_index.md", "", title=name, weight=place)
        for weight, (link, home) in enumerate(homes, 1):
            _, head, text = (docs / home).read_text("utf-8").split("---\n", 2)
            matter = yaml.safe_load(head)
            whole = CITED.sub(lambda found: f"]({sources[found[1]]})", _whole(text, docs / "includes"))
            body = f"# {matter['title']}\n\n{_boxes(whole.splitlines())}"
            path = site / "content" / home.replace("index.md", "_index.md")
            index = path.name == "_index.md"
            said = {
                "title": matter["title"],
                "linkTitle": name if index else link,
                "weight": place if index else weight,
            }
            _write(path, body, description=matter["description"], **said)


def _write(path: Path, body: str, **matter: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{json.dumps(matter)}\n\n{body}\n", "utf-8")


def _whole(text: str, includes: Path) -> str:
    """Return a page's Markdown with its snippets, and with links and elements as Hugo reads them."""
    while SNIPPET.search(text):
        text = SNIPPET.sub(
            lambda found: "\n".join(
                found[1] + line for line in (includes / found[2]).read_text("utf-8").strip().splitlines()
            ),
            text,
        )
    text = text.replace("index.md", "_index.md").replace(" markdown>", ">")
    return re.sub(r"\]\((\.\./)*assets/", "](/assets/", text)


def _boxes(lines: list[str]) -> str:
    """Return lines with tabs and boxes in the theme's words; what belongs to one stands indented below it."""
    made: list[str] = []
    while lines:
        line, *lines = lines
        box = BOX.match(line)
        if not box:
            made.append(line)
            continue
        first = next(filter(None, lines))
        deep = len(first) - len(first.lstrip())
        inside = list(takewhile(lambda line, deep=deep: not line[:deep].strip(), lines))
        lines = lines[len(inside) :]
        body = _boxes([line[deep:] for line in inside]).strip()
        if box["tab"]:
            tab = f'{{{{% tab "{box["tab"]}" %}}}}\n\n{body}\n\n{{{{% /tab %}}}}\n'
            if made and made[-1] == "{{< /tabs >}}":
                made[-1:] = [tab, "{{< /tabs >}}"]
            else:
                made += ["{{< tabs >}}", tab, "{{< /tabs >}}"]
        else:
            before = box["before"]
            quote = [f"**{box['title']}**", "", *body.splitlines()]
            made += [(before if not n else " " * len(before)) + f"> {line}" for n, line in enumerate(quote)] + [""]
    return "\n".join(made)
