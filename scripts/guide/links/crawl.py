"""A crawl with linkchecker, in a process of its own.

As a library rather than its command, which as root turns itself into the user nobody and then cannot read an
environment in root's home. In a process of its own because it catches Ctrl-C and changes the process's defaults.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import IO, Any

from guide.findings import CannotRunError

SECONDS = 300


@dataclass(frozen=True)
class Fault:
    """An address that linkchecker finds wrong; `page` is the first address that names it, `raw` how it is written."""

    url: str
    raw: str
    page: str
    problem: str


def crawl(starts: list[str]) -> list[Fault]:
    """Crawl from these addresses; raises CannotRunError where linkchecker fails, or takes more than SECONDS."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    environment["LANGUAGE"] = "en"
    command = [sys.executable, "-P", "-m", "guide.links.crawl"]
    given = json.dumps(starts).encode()
    try:
        done = subprocess.run(command, input=given, capture_output=True, env=environment, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise CannotRunError(f"linkchecker did not finish within {SECONDS} s") from error
    if done.returncode:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
        raise CannotRunError(f"linkchecker stopped with an error of its own ({last})")
    return [Fault(**fault) for fault in json.loads(done.stdout)]


def _run(starts: list[str], out: IO[str]) -> int:
    """Crawl and write the faults as JSON; returns the number of linkchecker's internal errors."""
    from linkcheck import cmdline, configuration, director  # noqa: PLC0415 - a second that the parent need not spend
    from linkcheck.checker.httpurl import HttpUrl  # noqa: PLC0415
    from linkcheck.logger.none import NoneLogger  # noqa: PLC0415

    faults: list[Fault] = []

    class Collector(NoneLogger):  # type: ignore[misc]
        """Keeps what is wrong."""

        def log_filter_url(self, address: Any, _shown: bool) -> None:  # noqa: ANN401 - it has no types
            """Take one checked address."""
            problems = [] if address.valid else [address.result]
            problems += [text for _, text in address.warnings]
            if problems:
                # `url` would be where a redirect ends
                faults.append(Fault(address.cache_url, address.base_url, address.parent_url, "; ".join(problems)))

    configuration.get_plugin_folders = list  # it would make a folder in the user's home
    HttpUrl.content_allows_robots = lambda _: True  # "nofollow" is meant for strangers; this is our own site
    config = configuration.Configuration()
    config["ignorewarnings"] = ["url-whitespace"]  # around an address; browsers strip it
    config.update(
        logger=Collector(), status=False, threads=0, robotstxt=False, checkextern=False, timeout=30,
        maxrequestspersecond=100_000, maxfilesizeparse=100_000_000, maxfilesizedownload=100_000_000,
    )  # fmt: skip
    config.sanitize()
    aggregate = director.get_aggregate(config)
    for start in starts:
        cmdline.aggregate_url(aggregate, start)
    director.check_urls(aggregate)
    json.dump([asdict(fault) for fault in faults], out)
    return int(config["logger"].stats.internal_errors)


if __name__ == "__main__":
    sys.exit(3 if _run(json.load(sys.stdin), sys.stdout) else 0)
