"""A small site, written by hand, without a fault; every fault that is looked for has one here that looks alike."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

HOME = "https://example.org/guide/"
NAVIGATION = ("", "mac/", "phone/", "moved/", "plain.html")


def page(file: str, head: str = "", body: str = "", *, canonical: str | None = None) -> str:
    """Return a page that links to all the others."""
    path = file.removesuffix("index.html")
    up = "../" * file.count("/")
    links = "".join(f'<a href="{up}{to}">{to}</a>' for to in (n or "./" for n in NAVIGATION))
    canonical = f'<link rel="canonical" href="{HOME}{path}">' if canonical is None else canonical
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{file}</title>{canonical}{head}</head>"
        f"<body><h1 id=top-of-it>{file}</h1>{links}{body}</body></html>"
    )


def sitemap(*paths: str) -> str:
    locations = "".join(f"<url><loc>{path}</loc></url>" for path in paths)
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</urlset>'


def feed(link: str) -> str:
    own = f'<link rel="self" href="{HOME}feed.xml"/>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{own}<entry><link href="{link}"/></entry></feed>'


def index(*locations: str) -> str:
    return json.dumps({"docs": [{"location": location, "title": "", "text": ""} for location in locations]})


def not_found(body: str = "") -> str:
    return page("404.html", canonical="", body=body).replace('href="', 'href="/guide/')


def good() -> dict[str, str | bytes]:
    """Return a site without a fault, in which every fault has one that looks like it and is right."""
    head = (
        '<link rel="stylesheet" href="../style.css"><link rel="preconnect" href="https://cdn.example">'
        f'<meta property="og:image" content="{HOME}card.png"><meta name="twitter:image" content="{HOME}card.png">'
        f'<link rel="alternate" type="application/atom+xml" href="{HOME}feed.xml">'
        '<link rel="alternate" href="../feed.xml">'
        '<meta name="robots" content="noindex,nofollow"><script src="../s.js"></script>'
        "<style>b{background:url(../card.png)}</style>"
    )
    body = (
        '<p id="a%20b"></p><p id="&eacute;t&eacute;"></p><a name="old"></a>'
        '<a href="#%C3%A9t%C3%A9">1</a><a href="#">2</a><a href="#top">3</a><a href="#old">4</a>'
        '<a href="../phone/#there">5</a><a href="../phone/index.html?q=1#there">6</a>'
        '<a href="../phone/#:~:text=tap">7</a><a href="../with%20space.txt">8</a>'
        '<a href="mailto:reportphishing@apple.com?subject=a%20b">9</a><a href="tel:+1-408-555-0100">10</a>'
        '<a href="https://support.apple.com/102660#nowhere">11</a><a href="">12</a>'
        '<img alt="" src="../card.png" srcset="../card.png 1x, ../card.png 2x" style="background:url(\'../card.png\')">'
        '<picture><source srcset="../card.png?a,b 1x"></picture><video poster="../card.png"></video>'
        '<iframe src="../plain.html"></iframe><img alt="" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
        '<svg><use href="#x"/></svg><form method="post" action="../phone/"></form>'
    )
    return {
        "index.html": page("index.html"),
        "mac/index.html": page("mac/index.html", head, body),
        "phone/index.html": page("phone/index.html", body="<h2 id=there>There</h2>"),
        "plain.html": page("plain.html"),
        "moved/index.html": '<meta http-equiv="refresh" content="0; url=../mac/"><link rel="canonical" href="'
        + HOME
        + 'mac/">',
        "404.html": not_found(),
        "style.css": "@import 'more.css'; a{background:url(card.png)} b{background:url('data:,x')} c{fill:url(#f)}",
        "more.css": "/* url(nope.png) */ @media print{a{content:'not.png'}}",
        "card.png": b"\x89PNG",
        "s.js": "1",
        "with space.txt": "x",
        "sitemap.xml": sitemap(HOME, HOME + "mac/"),
        "sitemap.xml.gz": gzip.compress(sitemap(HOME, HOME + "mac/").encode()),
        "feed.xml": feed(HOME + "mac/"),
        "search/search_index.json": index("", "mac/", "phone/#there"),
        "mac/index.html.gz": gzip.compress(b"<a href=nope>"),
        "mac/index.html.br": b"\x0b\x02\x80",
        "other.xml": "<note><loc>nope</loc></note>",
    }


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
