"""Download of published data sets by name, when the user asks for one: the only part that reaches a network.

The public API of Explore Education Statistics lists publications and their data sets page by page, and gives a data
set as one CSV file. Sources: "Explore education statistics API documentation", version 1 (Department for
Education, 2025): endpoints ListPublications, ListPublicationDataSets and DownloadDataSetCsv, pagination, error
handling. Nothing is sent but names and numbers of publications; no account or key is needed.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit

from csc_outcomes.errors import InputError, ReadError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx
    import pandas as pd

API = "https://api.education.gov.uk/statistics/v1"
TIMEOUT = 60.0
"""Seconds to wait for a connection, and for each further piece of an answer."""

_PAGE_SIZE, _MOST_PAGES, _MOST_REDIRECTS = 20, 500, 5
_MOST_BYTES = 2 * 1024**3
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_REASONS = {
    400: "the request was refused as not valid",
    403: "access was refused",
    404: "there is nothing at this address",
    429: "too many requests in a short time; wait some minutes and try again",
}


def publications(search: str | None = None, *, api: str = API, timeout: float = TIMEOUT) -> pd.DataFrame:
    """List publications that have data sets.

    Args:
        search: words of the title; without it all are listed.
        api: address of the service.
        timeout: seconds to wait for an answer.

    Returns:
        A pandas frame with a row per publication: `id`, `title`, `slug`, `published` (date and time as given).

    Raises:
        InputError: httpx is not installed, or `api` is no https address.
        ReadError: the service cannot be reached, answers with an error, or with something else than it says.
    """
    import pandas as pd

    with _client(api, timeout) as client:
        found = _all_pages(client, "publications", {"search": search} if search else {})
    rows = [
        {
            "id": one["id"],
            "title": one["title"],
            "slug": one.get("slug"),
            "published": one.get("lastPublished"),
        }
        for one in found
    ]
    return pd.DataFrame(rows, columns=["id", "title", "slug", "published"])


def data_sets(publication: str, *, api: str = API, timeout: float = TIMEOUT) -> pd.DataFrame:
    """List the data sets of a publication.

    Args:
        publication: its title (case does not matter), slug or id.
        api: address of the service.
        timeout: seconds to wait for an answer.

    Returns:
        A pandas frame with a row per data set: `id`, `title`, `summary`, `status`, `version`, `published` (date
        and time as given), `first_period` and `last_period`.

    Raises:
        UnknownNameError: no such publication; suggests near titles.
        InputError, ReadError: as `publications`.
    """
    import pandas as pd

    with _client(api, timeout) as client:
        found = _data_sets(client, publication)
    columns = ["id", "title", "summary", "status", "version", "published", "first_period", "last_period"]
    return pd.DataFrame([_described(one) for one in found], columns=columns)


def download(
    publication: str,
    data_set: str,
    path: str | Path,
    *,
    version: str | None = None,
    api: str = API,
    timeout: float = TIMEOUT,
) -> Path:
    """Download a data set as CSV into a file that does not exist yet.

    Args:
        publication: title (case does not matter), slug or id.
        data_set: title or id.
        path: the file to write; its folder must exist. It is written whole or not at all.
        version: such as `1.0`; without it the latest.
        api: address of the service.
        timeout: seconds to wait for an answer.

    Returns:
        The path of the file.

    Raises:
        UnknownNameError: no such publication or data set; suggests near titles.
        InputError: the file exists already, its folder does not, or as `publications`.
        ReadError: as `publications`.
    """
    target = Path(path)
    if target.exists():
        raise InputError(f"{target}: exists already; name a new file")
    if not target.parent.is_dir():
        raise InputError(f"{target}: there is no folder {target.parent}")
    with _client(api, timeout) as client:
        identity = _one(_data_sets(client, publication), data_set, "data set")["id"]
        query = {"dataSetVersion": version} if version else {}
        with _answer(client, f"data-sets/{quote(str(identity), safe='')}/csv", query) as answer:
            _write(answer, target)
    return target


# ---- what the service says ------------------------------------------------------------------------------


def _data_sets(client: httpx.Client, publication: str) -> list[dict[str, Any]]:
    found = _one(_all_pages(client, "publications", {}), publication, "publication")
    return _all_pages(client, f"publications/{quote(str(found['id']), safe='')}/data-sets", {})


def _one(found: list[dict[str, Any]], wanted: str, kind: str) -> dict[str, Any]:
    """The one with this title, slug or id.

    Raises:
        UnknownNameError: there is none.
        ReadError: several have it.
    """
    plain = " ".join(wanted.casefold().split())
    spelled = [
        one for one in found if plain in (str(one.get(key, "")).casefold() for key in ("id", "slug", "title"))
    ]
    if not spelled:
        raise unknown(kind, [wanted], [str(one["title"]) for one in found])
    if len(spelled) > 1:
        raise ReadError(f"{len(spelled)} entries are called {wanted!r}; give the id of one: "
                        f"{', '.join(str(one['id']) for one in spelled)}")  # fmt: skip
    return spelled[0]


def _described(one: Mapping[str, Any]) -> dict[str, Any]:
    latest = one.get("latestVersion") or {}
    periods = latest.get("timePeriods") or {}
    return {
        "id": one["id"],
        "title": one["title"],
        "summary": one.get("summary"),
        "status": one.get("status"),
        "version": latest.get("version") or latest.get("number"),
        "published": latest.get("published"),
        "first_period": periods.get("start"),
        "last_period": periods.get("end"),
    }


def _all_pages(client: httpx.Client, address: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """The results of every page."""
    results: list[dict[str, Any]] = []
    page, last = 1, 1
    while page <= last:
        with _answer(client, address, {**query, "page": str(page), "pageSize": str(_PAGE_SIZE)}) as answer:
            found, last = _page(answer)
        results += found
        page += 1
    return results


def _page(answer: httpx.Response) -> tuple[list[dict[str, Any]], int]:
    """Results of a page, and how many pages there are."""
    needed = "needed a page of results with id and title"
    try:
        answer.read()
        content = answer.json()
        results, last = list(content["results"]), int(content["paging"]["totalPages"])
        wrong = [one for one in results if not {"id", "title"} <= set(one)]
    except (ValueError, KeyError, TypeError):
        raise ReadError(f"{answer.url}: {needed}, found something else") from None
    if wrong or last > _MOST_PAGES:
        found = f"{len(wrong)} results without them" if wrong else f"{last} pages"
        raise ReadError(f"{answer.url}: {needed}, found {found}")
    return results, last


# ---- the way there --------------------------------------------------------------------------------------


@contextmanager
def _client(api: str, timeout: float) -> Iterator[httpx.Client]:
    """A client that follows no redirect by itself; every failure of the way is told as a ReadError."""
    try:
        import httpx
    except ImportError:
        raise InputError(
            "downloading needs the package httpx: pip install 'csc-outcomes[download]'"
        ) from None
    base = _checked(api)
    try:
        with httpx.Client(
            base_url=base, timeout=timeout, follow_redirects=False, headers={"User-Agent": "csc-outcomes"}
        ) as client:
            yield client
    except httpx.TimeoutException:
        raise ReadError(f"{base}: no answer within {timeout:g} seconds; try again later") from None
    except httpx.HTTPError as error:
        reason = type(error).__name__
        raise ReadError(f"{base}: cannot be reached, or broke off ({reason}); check the network") from None


def _checked(api: str) -> str:
    parts = urlsplit(api)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS)
    if not secure or not parts.hostname:
        raise InputError(f"api: needed an address that begins with https://, found {api!r}")
    return api.rstrip("/") + "/"


@contextmanager
def _answer(client: httpx.Client, address: str, query: Mapping[str, str]) -> Iterator[httpx.Response]:
    """The answer to a request, redirects on the same host followed; anything but success is refused."""
    request = client.build_request("GET", address, params=dict(query))
    first = request.url
    for _ in range(_MOST_REDIRECTS + 1):
        response = client.send(request, stream=True)
        try:
            if not response.is_redirect:
                _check_status(response)
                yield response
                return
            request = client.build_request("GET", _next(response, str(first)))
        finally:
            response.close()
    raise ReadError(f"{first}: more than {_MOST_REDIRECTS} redirects")


def _next(response: httpx.Response, first: str) -> str:
    """Where a redirect leads, if that is the same host."""
    target = urljoin(str(response.url), str(response.headers.get("location", "")))
    here, there = urlsplit(first), urlsplit(target)
    if (there.scheme, there.hostname, there.port) != (here.scheme, here.hostname, here.port):
        raise ReadError(
            f"{first}: answers with a redirect to another host ({there.hostname}), which is refused"
        )
    return target


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    reason = _REASONS.get(
        status, "the service has a fault; try again later" if status >= 500 else "not an answer"
    )
    raise ReadError(f"{response.url}: status {status}, {reason}")


def _write(answer: httpx.Response, target: Path) -> None:
    """Write the CSV beside the target first, so that a broken download leaves no file."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("text/csv", "application/csv", "application/octet-stream"):
        raise ReadError(f"{answer.url}: needed a CSV file, found {kind or 'no content type'}")
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".download-", delete=False) as opened:
        partial = Path(opened.name)
        try:
            size = 0
            for piece in answer.iter_bytes():
                size += len(piece)
                if size > _MOST_BYTES:
                    raise ReadError(f"{answer.url}: larger than {_MOST_BYTES // 1024**3} GiB; not downloaded")
                opened.write(piece)
            if not size:
                raise ReadError(f"{answer.url}: needed a CSV file, found an empty answer")
            opened.close()
            partial.chmod(0o644)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
