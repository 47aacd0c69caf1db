"""`guide publish`: what it makes of a small site that the real engine and theme have built."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from conftest import build
from guide.cli import main
from guide.findings import CannotRunError, lines
from guide.publish import steps
from guide.site.model import load
from selectolax.lexbor import LexborHTMLParser

HOME = "https://example.org/guide/"
TODAY = datetime.date(2026, 11, 24)
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SOURCES = {
    "mkdocs.yml": """site_name: Small
site_url: !ENV [SITE_URL, https://example.org/guide/]
theme: {name: material, font: false, custom_dir: overrides}
extra_css: [assets/stylesheets/own.css]
extra_javascript: [assets/javascripts/first.js, assets/javascripts/second.js]
markdown_extensions: [attr_list, md_in_html]
""",
    "overrides/partials/javascripts/base.html": "{# empty #}",
    "overrides/partials/javascripts/content.html": "{# empty #}",
    "overrides/main.html": """{% extends "base.html" %}
{% block styles %}{% endblock %}
{% block extrahead %}
{% if page and page.meta.checked %}<meta name="checked" content="{{ page.meta.checked }}" data-kind="explainer">
<script type="application/ld+json">{"@type": "Article"}</script>{% endif %}
<script>var shown = 1 < 2</script>
{% endblock %}
{% block header %}{% endblock %}
{% block config %}{% endblock %}
{% block scripts %}{% for script in config.extra_javascript %}{{ script | script_tag }}{% endfor %}{% endblock %}
""",
    "docs/index.md": "# Start\n\n<!-- for editors -->\n\nOne\ntwo\n\n    code\n\n      deeper\n\n[a](a.md)\n",
    "docs/a.md": "---\nchecked: 2026-11-20\n---\n\n# A\n\n![A picture](assets/picture.png)\n[c](about/changes.md)\n",
    "docs/about/changes.md": """---
checked: 2026-11-21
---

# Changes

## 2026-11-10

### [A is new](../a.md)

Words with [a link](../a.md#a).

## 2026-11-22

### [A step was wrong](../a.md)

The *third* one.

### [Another](../index.md)

Later.

## Related

### [Not a change](../a.md)
""",
    "docs/assets/stylesheets/own.css": "/* A comment. */\nh1 { background: url(../picture.png) }\n",
    "docs/assets/javascripts/first.js": '// A comment.\n(() => {\n  window.first = 1; window.later = ["search.js", "minisearch.js"]\n})()\n',
    "docs/assets/javascripts/search.js": 'fetch("../../search/search_index.json").catch(() => fetch("../../search.json"))',
    "docs/assets/javascripts/minisearch.js": "window.library = 1",
    "docs/assets/javascripts/second.js": '(() => {\n  document.body.className += " second"\n})()\n',
    "docs/assets/picture.png": "not really a picture",
    "docs/assets/leaflet.txt": "Nothing on the site names this file.\n",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site as the engine leaves it; for reading only."""
    folder = tmp_path_factory.mktemp("small")
    for name, text in SOURCES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return build(folder / "built", HOME, folder)


@pytest.fixture
def site(engine: Path, tmp_path: Path) -> Path:
    """A built site to publish."""
    return Path(shutil.copytree(engine, tmp_path / "built"))


@pytest.fixture(scope="module")
def out(engine: Path) -> Path:
    """The site as it is published, without redirects; for reading only."""
    assert make(engine) == []
    return engine.with_name("out")


def make(site: Path, moves: str = "{}") -> list[str]:
    """Publish a site to the folder `out` beside it; return the findings as lines."""
    (site.parent / "redirects.yml").write_text(moves)
    return lines(steps.run(site, site.with_name("out"), TODAY, site.parent / "redirects.yml", site.parent / "cards"))


def made(site: Path, moves: str = "{}") -> Path:
    """Publish a site that has nothing wrong; return where it is."""
    assert make(site, moves) == []
    return site.with_name("out")


def plant(site: Path, old: str, new: str, file: str = "index.html") -> None:
    text = (site / file).read_text("utf-8")
    assert old in text
    (site / file).write_text(text.replace(old, new, 1), "utf-8")


def tree(site: Path, file: str = "index.html") -> LexborHTMLParser:
    return LexborHTMLParser((site / file).read_text("utf-8"))


def pages(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def content(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def one(site: Path, pattern: str) -> Path:
    (found,) = site.glob(pattern)
    return found


# The whole


def test_the_same_build_gives_the_same_bytes_and_is_left_as_it_was(site: Path, engine: Path, out: Path):
    assert content(made(site)) == content(out)
    assert content(site) == content(engine)


def test_the_command_replaces_what_an_earlier_run_wrote(site: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(site.parent)
    for _ in range(2):
        done = CliRunner().invoke(main, ["publish", "built", "site"])
        assert (done.exit_code, done.output) == (0, "")
        assert not Path("site/left").exists()
        Path("site/left").write_text("by hand")


REFUSED = {
    "no site": ("nothing", "out", "build the site first"),
    "published already": ("out", "again", "it is published already"),
    "the same folder": ("built", "built", "overwrite"),
    "a folder around it": ("built", ".", "overwrite"),
    "a folder in it": ("built", "built/out", "overwrite"),
    "the root": ("built", "/", "overwrite"),
    "the site is the root": ("/", "x", "there is no index.html in it"),
    "something else is in it": ("built", "mine", "guide publish didn't write what is in it"),
    "a file": ("built", "redirects.yml", "this is a file"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_folder_that_is_named_wrong_is_said_in_one_line_and_nothing_is_touched(
    case: str, site: Path, monkeypatch: pytest.MonkeyPatch
):
    built, out, says = REFUSED[case]
    made(site)
    monkeypatch.chdir(site.parent)
    Path("mine").mkdir()
    Path("mine/thesis.html").write_text("mine")
    before = content(site.parent)
    done = CliRunner().invoke(main, ["publish", built, out])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert says in done.stderr
    assert content(site.parent) == before


@pytest.mark.parametrize("new", ['<link rel="other"', '<link rel="canonical" href="/guide/"><link rel="other"'])
def test_a_site_that_does_not_know_its_address_cannot_be_published(site: Path, new: str):
    plant(site, '<link rel="canonical"', new)
    with pytest.raises(CannotRunError, match="SITE_URL"):
        make(site)


def test_where_something_is_wrong_nothing_is_left_to_upload(site: Path):
    made(site)
    plant(site, "<h1", '<h1 style="color:red"')
    (line,) = make(site)
    assert re.match(rf"{site}/index\.html:\d+: policy: style= on <h1> in the page", line)
    assert not site.with_name("out").exists()


# Pages


def test_end_tags_code_and_the_words_stay_and_what_is_for_editors_goes(engine: Path, out: Path):
    html, before, after = (out / "index.html").read_text("utf-8"), tree(engine), tree(out)
    assert html.count("</p>") == html.count("<p>") + html.count("<p ")
    assert after.css_first("pre code").text() == before.css_first("pre code").text() == "code\n\n  deeper\n"
    said = [page.css_first("article").text(separator=" ").split() for page in (before, after)]
    assert said[0] == said[1]
    assert "for editors" not in html
    assert not after.css("meta[name=checked]")


def test_the_404_page_names_the_sites_files_from_the_root(out: Path):
    nodes = tree(out, "404.html").css("link[rel=stylesheet], script[data-src]")
    names = [node.attributes.get("href") or node.attributes["data-src"] for node in nodes]
    assert len(names) == 2
    assert all(name.startswith("/guide/assets/") for name in names)


# Styles


def test_a_style_sheet_is_minified_and_named_by_its_content_where_it_stands(out: Path):
    for file in pages(out):
        (link,) = tree(out, file).css("link[rel=stylesheet]")
        assert re.search(r"assets/stylesheets/own\.[0-9a-f]{8}\.css$", link.attributes["href"])
    assert one(out, "assets/stylesheets/*.css").read_text("utf-8") == "h1{background:url(../picture.png)}"


def test_a_style_sheet_for_some_media_stays_for_them(site: Path):
    (site / "print.css").write_text("h1{color:black}")
    plant(site, "</head>", '<link rel="stylesheet" media="print" href="../print.css"></head>', "a/index.html")
    html = (made(site) / "a/index.html").read_text("utf-8")
    assert re.search(r'media="print" href="\.\./print\.[0-9a-f]{8}\.css"', html)


@pytest.mark.parametrize("file", ["assets/javascripts/second.js", "assets/stylesheets/own.css"])
def test_a_script_or_style_sheet_that_is_missing_or_no_text_is_said(site: Path, file: str):
    (site / file).write_bytes(b"/* \xe9 */")
    with pytest.raises(CannotRunError, match=rf"{file}: this is not UTF-8 text; save it as UTF-8$"):
        make(site)
    (site / file).unlink()
    assert any(f"{file}: it leads nowhere" in line for line in make(site))


# Scripts


def test_the_sites_scripts_become_one_that_names_what_the_search_loads(out: Path):
    for file in pages(out):
        assert not tree(out, file).css("script[src]")
        (script,) = tree(out, file).css("body > script:last-child[data-src]")  # which puts it in after the first paint
        assert re.search(r"assets/javascripts/guide\.[0-9a-f]{8}\.js$", script.attributes["data-src"])
        assert (out / file).parent.joinpath(script.attributes["data-src"]).is_file() or file == "404.html"
        html = (out / file).read_text("utf-8")
        assert not re.search(r"bundle|__config|__md_|__tabbed_", html)
    text = one(out, "assets/javascripts/guide.*.js").read_text("utf-8")
    assert "A comment" not in text
    for name in ("search.*.js", "minisearch.*.js"):
        assert f'"{one(out, f"assets/javascripts/{name}").name}"' in text
    index = one(out, "search.*.json").name
    search = one(out, "assets/javascripts/search.*.js").read_text("utf-8")
    assert search == f'fetch("../../{index}").catch(()=>fetch("../../{index}"))'


def test_the_index_is_plain_text_without_lists_of_links(site: Path):
    index = {
        "docs": [
            {
                "location": "",
                "title": "Start",
                "text": "<p>One &lt;b&gt;</p><ul><li>two\n</li></ul>",
                "tags": ["a", "b"],
            },
            {
                "location": "#x",
                "title": "X",
                "text": "<p>Sold.</p> <p>Source: <b>Apple</b> 109033</p> " + "word " * 200,
                "tags": ["a", "b"],
            },
            {"location": "#sources", "title": "Sources", "text": "Apple"},
            {"location": "a/", "title": "In the menu", "text": ""},
            {"location": "a/#related", "title": "Related", "text": "c"},
            {"location": "about/sources/#apple", "title": "Apple", "text": "c"},
        ]
    }
    expected = [
        {"location": "", "title": "Start", "text": "One &lt;b&gt; two", "tags": ["a", "b"]},
        {"location": "#x", "title": "X", "text": "Sold." + " word" * 158 + " …"},
        {"location": "a/", "title": "A", "text": "", "tags": []},
    ]
    (site / "search/search_index.json").write_text(json.dumps(index))
    assert json.loads(one(made(site), "search.*.json").read_text("utf-8")) == {"docs": expected}


def test_other_scripts_and_data_stay_in_the_page(out: Path):
    texts = [node.text() for node in tree(out, "a/index.html").css("script:not([src])")]
    assert texts[:-1] == ['{"@type": "Article"}', "var shown = 1 < 2"]  # the last loads the site's own


# Names, and what is left out


def test_styles_and_scripts_are_named_by_their_content_and_pictures_keep_their_names(site: Path, out: Path):
    (site / "assets/stylesheets/own.css").write_text("h1{color:green}")
    other = made(site)
    for kind in ("css", "js"):
        for path in out.rglob(f"*.{kind}"):
            assert re.search(rf"\.[0-9a-f]{{8}}\.{kind}$", path.name)
    assert one(out, "assets/stylesheets/own.*.css").name != one(other, "assets/stylesheets/own.*.css").name
    assert one(out, "search.*.json").name == one(other, "search.*.json").name
    assert (out / "assets/picture.png").is_file()


def test_only_what_a_page_names_goes_out_and_what_hosts_look_for(site: Path):
    for name in (
        "CNAME",
        ".well-known/security.txt",
        "assets/in-a-script.json",
        "assets/deep.png",
        "assets/unused.png",
    ):
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text("x")
    plant(site, "window.first = 1", 'window.first = "../in-a-script.json"', "assets/javascripts/first.js")
    plant(site, "../picture.png", "../deep.png", "assets/stylesheets/own.css")
    names = set(content(made(site)))
    assert {"CNAME", ".well-known/security.txt", "assets/in-a-script.json", "assets/deep.png"} <= names
    named_by_content = {name for name in names if re.search(r"\.[0-9a-f]{8}\.", name)}
    pictures = {name for name in names if name.startswith("assets/") and name.endswith((".png", ".svg"))}
    assert "assets/unused.png" not in names
    assert {name for name in names if name.startswith("assets/")} - named_by_content - pictures == {
        "assets/in-a-script.json"
    }


@pytest.mark.parametrize("index", ["{", "[]", "{}", '{"docs": [1]}', '{"docs": [{"location": "a/"}]}'])
def test_a_search_index_that_cannot_be_read_is_said(site: Path, index: str):
    (site / "search/search_index.json").write_text(index)
    with pytest.raises(
        CannotRunError, match=r"^search/search_index\.json: it cannot be read \(.+\); build the site again$"
    ):
        make(site)


# Policy


def policy(site: Path, file: str) -> dict[str, list[str]]:
    (meta,) = tree(site, file).css("head > meta[http-equiv=Content-Security-Policy]")
    return {name: rest for name, *rest in (part.split() for part in meta.attributes["content"].split("; "))}


def test_every_page_carries_a_policy_by_the_hashes_of_its_own_scripts(site: Path):
    out = made(site, "old/: a/")
    assert "404.html" in pages(out)
    for file in pages(out):
        told = policy(out, file)
        assert told["default-src"] == ["'none'"]
        assert not told.keys() & {"frame-ancestors", "report-uri", "report-to", "sandbox"}
        assert "unsafe" not in str(told)
        inside = [node.text() for node in tree(out, file).css('script:not([src]):not([type="application/ld+json"])')]
        hashes = {f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in inside}
        assert set(told["script-src"]) == {"'self'"} | hashes
        assert tree(out, file).css_first('meta[name="referrer"]').attributes["content"] == "no-referrer"


def test_nothing_that_could_run_stands_before_the_policy(out: Path):
    for file in pages(out):
        head = [node.attributes.get("http-equiv") or node.tag for node in tree(out, file).css("head > *")]
        assert head[:2] == ["meta", "Content-Security-Policy"]  # the first is the charset


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ('<p style="color:red">x</p>', "style= on <p> in the page"),
        ("<style>p{color:red}</style>", "<style> in the page"),
        ('<button onclick="go()">x</button>', "onclick= on <button> in the page"),
        ("<img alt='' src='assets/picture.png' onerror='go()'>", "onerror= on <img> in the page"),
        ('<img alt="" src="https://elsewhere.example/a.png">', "https://elsewhere.example/a.png comes from elsewhere"),
        ('<script src="//elsewhere.example/a.js"></script>', "//elsewhere.example/a.js comes from elsewhere"),
        ('<iframe src="https://elsewhere.example/"></iframe>', "https://elsewhere.example/ comes from elsewhere"),
    ],
)
def test_what_the_policy_would_refuse_is_found(site: Path, html: str, says: str):
    plant(site, "</article>", f"{html}</article>")
    (line,) = make(site)
    assert says in line


@pytest.mark.parametrize(
    "html",
    [
        "<p>Write style=, onclick= or &lt;style&gt;.</p>",
        '<p title="a style= or onclick=x">x</p>',
        '<a href="https://elsewhere.example/a.png">x</a>',
        '<img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
        "<script>document.body.dataset.planted = 'with a hash'</script>",
    ],
)
def test_what_looks_alike_is_not(site: Path, html: str):
    plant(site, "</article>", f"{html}</article>")
    assert make(site) == []


def headers(site: Path) -> dict[str, dict[str, str]]:
    """Read `_headers`: indented lines belong to the path above them."""
    rules: dict[str, dict[str, str]] = {}
    path = ""
    for line in (site / "_headers").read_text("utf-8").splitlines():
        if line.startswith("  "):
            name, _, value = line.strip().partition(": ")
            rules[path][name] = value
        elif not line.startswith("#"):
            path = line
            rules[path] = {}
    return rules


def test_the_headers_say_what_a_page_cannot(out: Path):
    every = headers(out)["/guide/*"]
    assert every["Content-Security-Policy"].endswith("; frame-ancestors 'none'")
    assert "unsafe" not in every["Content-Security-Policy"]
    for file in pages(out):
        for source in policy(out, file)["script-src"]:
            assert source in every["Content-Security-Policy"]
    assert every["X-Content-Type-Options"] == "nosniff"
    assert every["Referrer-Policy"] == "no-referrer"
    assert "camera=()" in every["Permissions-Policy"]


def test_each_address_has_one_cache_time_and_for_ever_only_what_is_named_by_content(out: Path):
    rules = {path: values["Cache-Control"] for path, values in headers(out).items() if "Cache-Control" in values}
    for file in content(out):
        if file == "_headers":
            continue
        path = "/guide/" + file.removesuffix("index.html")
        (time,) = [time for rule, time in rules.items() if re.fullmatch(re.escape(rule).replace(r"\*", ".*"), path)]
        assert ("immutable" in time) == bool(re.search(r"\.[0-9a-f]{8}\.", file)), path


# Dates


def feed(site: Path) -> ET.Element:
    return ET.fromstring((site / "feed.xml").read_bytes())


def test_the_feed_is_atom(out: Path):
    root = feed(out)
    assert root.tag == f"{ATOM}feed"
    for element in [root, *root.iter(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            (child,) = element.findall(f"{ATOM}{name}")
            assert (child.text or "").strip() == child.text
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", element.findtext(f"{ATOM}updated"))
        assert element.findtext(f"{ATOM}id").startswith(HOME)
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    assert root.find(f"{ATOM}link[@rel='self']").attrib["href"] == f"{HOME}feed.xml"
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids)) == 3


def test_the_feed_says_what_was_corrected_where_and_when_newest_first(out: Path):
    entries = list(feed(out).iter(f"{ATOM}entry"))
    told = [
        (e.findtext(f"{ATOM}title"), e.findtext(f"{ATOM}updated")[:10], e.find(f"{ATOM}link").attrib["href"])
        for e in entries
    ]
    assert told == [
        ("A step was wrong", "2026-11-22", f"{HOME}a/"),
        ("Another", "2026-11-22", HOME),
        ("A is new", "2026-11-10", f"{HOME}a/"),
    ]
    assert entries[0].findtext(f"{ATOM}id") == f"{HOME}about/changes/#a-step-was-wrong"
    assert entries[2].findtext(f"{ATOM}content") == f'<p>Words with <a href="{HOME}a/#a">a link</a>.</p>'
    assert not tree(out, "about/changes/index.html").css(f'main a[href^="{HOME}"]')
    assert feed(out).findtext(f"{ATOM}updated") == "2026-11-22T00:00:00Z"


def test_the_start_page_and_the_changes_link_to_the_feed(out: Path):
    links = {file: tree(out, file).css('head > link[type="application/atom+xml"]') for file in pages(out)}
    assert {file for file, found in links.items() if found} == {"index.html", "about/changes/index.html"}
    for (link,) in filter(None, links.values()):
        assert link.attributes["rel"] == "alternate"
        assert link.attributes["href"].endswith("feed.xml")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '<h3 id="another"><a href="../../">Another</a></h3>',
            '<h3 id="another">Another</h3>',
            '"Another" leads to no page',
        ),
        ("2026-11-22</h2>", "2026-11-32</h2>", ""),
        ("2026-11-22</h2>", "22 November</h2>", ""),
    ],
)
def test_a_change_without_a_page_is_found_and_what_has_no_day_is_no_change(site: Path, old: str, new: str, says: str):
    plant(site, old, new, "about/changes/index.html")
    found = "".join(make(site))
    assert bool(found) == bool(says)
    assert says in found
    if not says:
        assert len(list(feed(site.with_name("out")).iter(f"{ATOM}entry"))) == 1


def test_a_page_of_changes_without_a_change_is_found(site: Path):
    for day in ("2026-11-10</h2>", "2026-11-22</h2>"):
        plant(site, day, "Some day</h2>", "about/changes/index.html")
    (line,) = make(site)
    assert "feed: there is no change on it" in line


def test_a_site_without_a_page_of_changes_has_no_feed(site: Path):
    shutil.rmtree(site / "about")
    published, _ = steps.publish(load(site), TODAY, site.parent / "none.yml", site.parent / "cards")
    assert "feed.xml" not in published.files
    assert b"application/atom+xml" not in published.files["index.html"]


def test_the_sitemap_has_the_day_on_which_a_page_was_checked(out: Path):
    root = ET.fromstring((out / "sitemap.xml").read_bytes())
    days = {url.findtext(f"{MAP}loc"): url.findtext(f"{MAP}lastmod") for url in root}
    assert days == {HOME: None, f"{HOME}a/": "2026-11-20", f"{HOME}about/changes/": "2026-11-21"}


def test_a_sitemap_that_cannot_be_read_is_said(site: Path):
    (site / "sitemap.xml").write_text("<urlset>")
    with pytest.raises(CannotRunError, match=r"sitemap\.xml: cannot read it"):
        make(site)


def test_robots_are_told_where_the_sitemap_is(out: Path):
    assert f"Sitemap: {HOME}sitemap.xml" in (out / "robots.txt").read_text()


def test_the_sites_own_robots_file_stays(site: Path):
    (site / "robots.txt").write_text("User-agent: *\n")
    assert (made(site) / "robots.txt").read_text() == "User-agent: *\n"


# Redirects


def test_an_old_address_leads_to_the_new_page(site: Path):
    out = made(site, "old/name/: a/\nolder/: a/#a\n")
    page = tree(out, "old/name/index.html")
    assert page.css_first("meta[http-equiv=refresh]").attributes["content"] == "0; url=../../a/"
    assert page.css_first("link[rel=canonical]").attributes["href"] == f"{HOME}a/"
    assert page.css_first("a").attributes["href"] == "../../a/"
    assert page.css_first("meta[name=robots]").attributes["content"] == "noindex"
    assert (out / "_redirects.map").read_text() == '"/guide/old/name/" "/guide/a/";\n"/guide/older/" "/guide/a/#a";\n'
    assert HOME + "old" not in (out / "sitemap.xml").read_text()


@pytest.mark.parametrize(
    ("moves", "says"),
    [
        ("a/: about/changes/", '1:1: redirects: "a/" is a page'),
        ("x/: a/\nold/: gone/", '2:1: redirects: "gone/" is no page'),
        ("old: a/", '"old" is not an address of a page'),
        ("/old/: a/", '"/old/" is not an address of a page'),
        ("../../out/: a/", '"../../out/" is not an address of a page'),
        ("'a\"; b/': a/", "is not an address of a page"),
        ("- old", "redirects: "),
        ("old/: [a/]", "redirects: "),
    ],
)
def test_a_redirect_that_cannot_work_is_found_at_its_line(site: Path, moves: str, says: str):
    (line,) = make(site, moves)
    assert "redirects.yml:" in line
    assert says in line


def test_without_redirects_there_is_no_list(out: Path):
    assert not (out / "_redirects.map").exists()
