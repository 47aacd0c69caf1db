"""Asking the outer web kindly: one request at a time per host, with pauses, limits and few repetitions."""

from __future__ import annotations

import asyncio
import codecs
import socket
import ssl
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import httpx
from selectolax.lexbor import LexborHTMLParser

HOPS = 10  # redirects that are followed; browsers follow 20
BYTES = 512 * 1024  # read of a page in search of its title
NO_SUCH_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
BUSY = {429, 503}
AGAIN = BUSY | {0, 500, 502, 504}


@dataclass(frozen=True)
class Pace:
    """How kind and how patient to be, in seconds.

    `backoff` doubles with each repetition; a host that asks by Retry-After for more than `patience` is left alone.
    """

    pause: float = 1.0
    each: float = 10.0
    overall: float = 900.0
    repeats: int = 2
    backoff: float = 4.0
    patience: float = 60.0


KIND = Pace()


@dataclass(frozen=True)
class Answer:
    """What the web said about an address: the last status (0 where there is none), and every redirect on the way.

    `trouble` says in words why there is no status; `settled` that asking again would tell nothing new; `nowhere` that
    there is no such host.
    """

    address: str
    status: int = 0
    hops: tuple[tuple[int, str], ...] = ()
    title: str = ""
    html: bool = False
    trouble: str = ""
    settled: bool = False
    nowhere: bool = False

    @property
    def final(self) -> str:
        """Where the last redirect leads."""
        return self.hops[-1][1] if self.hops else self.address

    @property
    def good(self) -> bool:
        """Whether there is something at the end."""
        return 200 <= self.status < 300


class ClosedError(Exception):
    """The host has asked to be left alone for longer than there is patience."""


def ask(
    addresses: Iterable[str],
    agent: str,
    *,
    pace: Pace,
    step: Callable[[], object] = lambda: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> list[Answer]:
    """Ask for each address, several hosts at once; calls `step` after each, and returns the answers in order."""

    async def run() -> list[Answer]:
        headers = {"User-Agent": agent, "Accept-Language": "en-US,en;q=0.9", "Accept": "text/html,*/*;q=0.8"}
        async with httpx.AsyncClient(headers=headers, timeout=pace.each, transport=transport) as client:
            web = Web(client, pace)
            tasks = {address: asyncio.create_task(web.look(address)) for address in addresses}
            for task in tasks.values():
                task.add_done_callback(lambda _: step())
            try:
                if tasks:
                    await asyncio.wait(tasks.values(), timeout=pace.overall)
            finally:  # the late ones, or all of them after Ctrl-C
                for task in tasks.values():
                    task.cancel()
                await asyncio.gather(*tasks.values(), return_exceptions=True)
        limit = f"not asked within the limit of {pace.overall:g} s for all"
        return [Answer(each, trouble=limit) if task.cancelled() else task.result() for each, task in tasks.items()]

    return asyncio.run(run())


@dataclass(frozen=True)
class Web:
    """Asks; a host's lock is held for a request, and `free` says when the host may be asked next."""

    client: httpx.AsyncClient
    pace: Pace
    turns: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    free: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    async def look(self, address: str) -> Answer:
        """Ask by HEAD, then by GET where that tells nothing or where there is a title to read."""
        answer = await self._follow("HEAD", Answer(address))
        if answer.settled or (answer.good and not answer.html):
            return answer
        start = answer if answer.good else Answer(address)
        for repeat in range(self.pace.repeats + 1):
            answer = await self._follow("GET", start)
            if answer.status not in AGAIN or answer.settled:
                break
            await asyncio.sleep(self.pace.backoff * 2**repeat)
        return answer

    async def _follow(self, method: str, answer: Answer) -> Answer:
        """Ask, and follow redirects to their end."""
        hops: int | None = None
        try:
            while len(answer.hops) != hops and not answer.settled:
                hops, host = len(answer.hops), httpx.URL(answer.final).host
                async with self.turns[host]:
                    answer = await self._request(method, answer, host)
        except Exception as error:  # whatever one address brings about, the others are answered
            return _failed(answer, error, self.pace.each)
        return answer

    async def _request(self, method: str, answer: Answer, host: str) -> Answer:
        """Wait until the host may be asked, then send one request."""
        wait = self.free[host] - time.monotonic()
        if wait > self.pace.patience:
            raise ClosedError(f"the host asks to wait {wait:.0f} s")
        await asyncio.sleep(wait)
        rest = self.pace.pause
        try:
            async with asyncio.timeout(self.pace.each), self.client.stream(method, answer.final) as response:
                if response.status_code in BUSY:
                    rest = max(rest, _retry_after(response.headers))
                return await _read(response, replace(answer, status=response.status_code))
        finally:
            self.free[host] = time.monotonic() + rest


async def _read(response: httpx.Response, answer: Answer) -> Answer:
    """Return what a response tells: where it leads on to, or the title of what is there; no more is read than that."""
    if response.has_redirect_location:
        there = str(httpx.URL(urljoin(str(response.url), response.headers["Location"])))
        loops = len(answer.hops) >= HOPS or there in {answer.address, *(to for _, to in answer.hops)}
        hops = (*answer.hops, (answer.status, there))
        return replace(answer, hops=hops, settled=loops, trouble="it redirects in a circle" if loops else "")
    answer = replace(answer, html="html" in response.headers.get("Content-Type", "text/html"))
    body = b""
    if response.request.method == "GET" and answer.html and answer.good:
        async for part in response.aiter_bytes():
            body += part
            if len(body) > BYTES or b"</title" in body.lower():
                break
    return replace(answer, title=_title(body))


def _retry_after(headers: httpx.Headers) -> float:
    """Return the seconds of a Retry-After header, which is a number or a date (RFC 9110, section 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        return (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def _failed(answer: Answer, error: Exception, each: float) -> Answer:
    """Say in words why there is no answer."""
    causes = list(dict.fromkeys(_causes(error, 10)))
    if any(isinstance(cause, socket.gaierror) and cause.errno in NO_SUCH_HOST for cause in causes):
        return replace(answer, status=0, trouble="no such host", settled=True, nowhere=True)
    secure = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if secure:
        return replace(answer, status=0, trouble=f"TLS: {secure.reason or secure}", settled=True)
    if any(isinstance(cause, TimeoutError | httpx.TimeoutException) for cause in causes):
        return replace(answer, status=0, trouble=f"no answer within {each:g} s")
    first = next((cause for cause in causes if not isinstance(cause, BaseExceptionGroup)), error)
    settled = not isinstance(first, httpx.HTTPError | OSError) or isinstance(first, httpx.UnsupportedProtocol)
    return replace(answer, status=0, trouble=str(first) or type(first).__name__, settled=settled)


def _causes(error: BaseException, depth: int) -> Iterator[BaseException]:
    """Yield an error, those that it groups, and what brought each about."""
    further = error.__cause__ or error.__context__
    yield error
    for each in [*getattr(error, "exceptions", ()), *([further] if further else [])] if depth else ():
        yield from _causes(each, depth - 1)


def _title(body: bytes) -> str:
    """Return a page's title as one short printable line: as UTF-8 where it is that, whatever the server declares."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(body)  # the last letter may be cut
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    title = LexborHTMLParser(text).css_first("head > title")
    words = " ".join(title.text().split()) if title else ""
    return "".join(letter for letter in words if letter.isprintable())[:200]
