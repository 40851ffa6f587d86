"""Downloading, against a server on this machine that answers as the API's documentation says."""

from __future__ import annotations

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

import csc_outcomes as csc
from csc_outcomes.cli.app import app
from csc_outcomes.errors import InputError, ReadError, UnknownNameError
from csc_outcomes.sources import ees

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("httpx", reason="needs httpx, from the extra 'download'")

CLA = "Children looked after in England including adoptions"
CLA_ID, SET_ID = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000001"
CSV = """\
time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,new_la_code,la_name,population_type,population_estimate,children_count,rate_per_10000
2025,Reporting year,National,E92000001,England,,,,,,Children looked after on 31 March each year,12183016,81770,67
"""
PUBLICATIONS = [
    {"id": f"aaaaaaaa-0000-4000-8000-{n:012}", "title": f"Publication {n}", "slug": f"publication-{n}",
     "summary": "", "lastPublished": "2025-11-20T09:30:00+00:00"}
    for n in range(2, 25)
]  # fmt: skip
PUBLICATIONS.insert(21, {**PUBLICATIONS[0], "id": CLA_ID, "title": CLA, "slug": "children-looked-after"})
SETS = [
    {"id": SET_ID, "title": "CLA numbers and rates", "summary": "Numbers.", "status": "Published",
     "latestVersion": {"version": "1.1", "published": "2025-11-20T09:30:00+00:00", "totalResults": 1,
                       "timePeriods": {"start": "2021", "end": "2025"}}},
    {"id": "bbbbbbbb-0000-4000-8000-000000000002", "title": "Withdrawn set", "summary": "", "status": "Withdrawn"},
]  # fmt: skip


class Service(ThreadingHTTPServer):
    """The API: what it was asked, and answers that differ from the documented ones, by path."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.instead: dict[str, tuple[int, dict[str, str], bytes]] = {}

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/statistics/v1"


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/statistics/v1/")
        status, headers, body = self.server.instead.get(path) or answer(path, parse_qs(parts.query))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


def as_json(content: Any, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(content).encode()


def answer(path: str, query: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
    """What the documentation says: pages of publications and data sets, and a gzipped CSV."""
    if path == "publications":
        words = query.get("search", [""])[0].casefold()
        return paged([one for one in PUBLICATIONS if words in one["title"].casefold()], query)
    if path == f"publications/{CLA_ID}/data-sets":
        return paged(SETS, query)
    if path == f"data-sets/{SET_ID}/csv" and query.get("dataSetVersion", ["1.1"]) in (["1.0"], ["1.1"]):
        headers = {"Content-Type": "text/csv", "Content-Encoding": "gzip"}
        return 200, headers, gzip.compress(CSV.encode())
    return as_json({"title": "Not Found", "type": "Not Found", "status": 404}, 404)


def paged(results: list[dict[str, Any]], query: dict[str, list[str]]) -> tuple[int, dict[str, str], bytes]:
    page, size = int(query["page"][0]), int(query["pageSize"][0])
    paging = {
        "page": page, "pageSize": size, "totalResults": len(results), "totalPages": -(-len(results) // size),
    }  # fmt: skip
    return as_json({"paging": paging, "results": results[(page - 1) * size : page * size]})


@pytest.fixture
def service() -> Iterator[Service]:
    with Service() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_publications_of_every_page(service: Service) -> None:
    frame = ees.publications(api=service.address)
    assert frame["title"].to_list() == [one["title"] for one in PUBLICATIONS]
    assert list(frame.columns) == ["id", "title", "slug", "published"]
    assert len(service.asked) == 2


def test_publications_found_by_the_service(service: Service) -> None:
    assert ees.publications("looked after", api=service.address)["id"].to_list() == [CLA_ID]
    assert ees.publications("no such words", api=service.address).empty
    assert "search=looked" in service.asked[0]


@pytest.mark.parametrize("name", [CLA, CLA.upper(), "children-looked-after", CLA_ID])
def test_data_sets_by_title_slug_and_id(service: Service, name: str) -> None:
    frame = ees.data_sets(name, api=service.address)
    assert frame["title"].to_list() == ["CLA numbers and rates", "Withdrawn set"]
    first = frame.iloc[0]
    assert (first["version"], first["first_period"], first["last_period"]) == ("1.1", "2021", "2025")


@pytest.mark.parametrize("name", ["cla numbers and rates", SET_ID])
def test_a_download_can_be_read(service: Service, tmp_path: Path, name: str) -> None:
    target = ees.download(CLA, name, tmp_path / "rates.csv", api=service.address)
    assert target.read_text() == CSV
    assert [path.name for path in tmp_path.iterdir()] == ["rates.csv"]
    figures = csc.published_figures(target)
    assert figures["measure"].to_list() == ["cla_stock_number", "cla_stock_rate_10k"]
    assert figures["value"].to_list() == [81770, 67]
    assert figures["area"].to_list() == ["E92000001"] * 2


def test_a_version_is_asked_for(service: Service, tmp_path: Path) -> None:
    ees.download(CLA, SET_ID, tmp_path / "rates.csv", version="1.0", api=service.address)
    assert service.asked[-1].endswith("/csv?dataSetVersion=1.0")
    with pytest.raises(ReadError, match="status 404, there is nothing at this address"):
        ees.download(CLA, SET_ID, tmp_path / "other.csv", version="7.0", api=service.address)


def test_names_that_do_not_exist_are_errors_with_near_ones(service: Service, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean Children looked after in England"):
        ees.data_sets("Children looked after in England including adoption", api=service.address)
    with pytest.raises(UnknownNameError, match="data set 'CLA number' does not exist; did you mean CLA numb"):
        ees.download(CLA, "CLA number", tmp_path / "rates.csv", api=service.address)
    assert list(tmp_path.iterdir()) == []


def test_two_of_one_name_are_refused(service: Service) -> None:
    service.instead["publications"] = as_json({"paging": {"totalPages": 1}, "results": [PUBLICATIONS[0]] * 2})
    with pytest.raises(ReadError, match="2 entries are called 'Publication 2'; give the id"):
        ees.data_sets("Publication 2", api=service.address)


def test_nothing_is_asked_before_the_target_is_known_to_be_free(service: Service, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    with pytest.raises(InputError, match="exists already"):
        ees.download(CLA, SET_ID, tmp_path / "mine.csv", api=service.address)
    with pytest.raises(InputError, match="there is no folder"):
        ees.download(CLA, SET_ID, tmp_path / "none" / "mine.csv", api=service.address)
    assert (tmp_path / "mine.csv").read_text() == "mine"
    assert service.asked == []


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (400, "refused as not valid"),
        (403, "access was refused"),
        (429, "too many requests"),
        (500, "the service has a fault"),
        (204, "not an answer"),
    ],
)
def test_errors_of_the_service_are_told(service: Service, status: int, said: str) -> None:
    service.instead["publications"] = as_json({"title": "There was a problem", "status": status}, status)
    with pytest.raises(ReadError, match=f"status {status}, .*{said}"):
        ees.publications(api=service.address)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ([], "something else"),
        ({"results": []}, "something else"),
        ({"results": [{"title": "A"}], "paging": {"totalPages": 1}}, "1 results without them"),
        ({"results": [], "paging": {"totalPages": 10_000}}, "10000 pages"),
    ],
)
def test_answers_of_another_shape_are_refused(service: Service, content: Any, found: str) -> None:
    service.instead["publications"] = as_json(content)
    with pytest.raises(ReadError, match=f"needed a page of results with id and title, found {found}"):
        ees.publications(api=service.address)


def test_text_that_is_no_json_is_refused(service: Service) -> None:
    service.instead["publications"] = (200, {"Content-Type": "application/json"}, b"<html>")
    with pytest.raises(ReadError, match="found something else"):
        ees.publications(api=service.address)


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        ({"Content-Type": "text/html"}, b"<html>", "needed a CSV file, found text/html"),
        ({}, b"a,b", "found no content type"),
        ({"Content-Type": "text/csv"}, b"", "found an empty answer"),
        ({"Content-Type": "text/csv", "Content-Length": "1000"}, b"a,b\n1,2", "broke off"),
        ({"Content-Type": "text/csv", "Content-Encoding": "gzip"}, b"no gzip", "broke off"),
    ],
)
def test_a_download_that_is_none_leaves_no_file(
    service: Service, tmp_path: Path, headers: dict[str, str], body: bytes, said: str
) -> None:
    service.instead[f"data-sets/{SET_ID}/csv"] = (200, headers, body)
    with pytest.raises(ReadError, match=said):
        ees.download(CLA, SET_ID, tmp_path / "rates.csv", api=service.address)
    assert list(tmp_path.iterdir()) == []


def test_redirects_are_followed_on_the_same_host_only(service: Service, tmp_path: Path) -> None:
    csv = f"data-sets/{SET_ID}/csv"
    service.instead[csv] = (302, {"Location": "/statistics/v1/moved"}, b"")
    service.instead["moved"] = (200, {"Content-Type": "text/csv"}, CSV.encode())
    assert ees.download(CLA, SET_ID, tmp_path / "a.csv", api=service.address).read_text() == CSV

    with Service() as other:  # another port is another host
        service.instead[csv] = (302, {"Location": f"{other.address}/moved"}, b"")
        with pytest.raises(ReadError, match="redirect to another host"):
            ees.download(CLA, SET_ID, tmp_path / "b.csv", api=service.address)
        assert other.asked == []
    service.instead[csv] = (302, {"Location": f"/statistics/v1/{csv}"}, b"")
    with pytest.raises(ReadError, match="more than 5 redirects"):
        ees.download(CLA, SET_ID, tmp_path / "b.csv", api=service.address)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_service_that_is_not_there_or_slow_is_told() -> None:
    with Service() as closed:
        address = closed.address
    with pytest.raises(ReadError, match="cannot be reached"):
        ees.publications(api=address)
    # The second one takes the connection and never answers.
    with Service() as silent, pytest.raises(ReadError, match=r"no answer within 0\.2 seconds"):
        ees.publications(api=silent.address, timeout=0.2)


@pytest.mark.parametrize(
    "api", ["http://api.education.gov.uk/statistics/v1", "file:///etc/hosts", "", "https://"]
)
def test_only_https_addresses_are_asked(api: str) -> None:
    with pytest.raises(InputError, match="needed an address that begins with https://"):
        ees.publications(api=api)


def test_without_httpx_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "httpx", None)
    with pytest.raises(InputError, match=r"pip install 'csc-outcomes\[download\]'"):
        ees.publications()


# ---- the command line ---------------------------------------------------------------------------------


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["published", *map(str, arguments)])
    return result.exit_code, result.output


def test_the_verbs_list_and_download(service: Service, tmp_path: Path) -> None:
    code, shown = run("list", "--search", "looked after", "--api", service.address)
    assert (code, "1 publications" in shown, "children looked after" in shown.lower()) == (0, True, True)
    code, shown = run("list", CLA, "--api", service.address)
    assert (code, "CLA numbers and rates" in shown, "2 data sets" in shown) == (0, True, True)
    target = tmp_path / "rates.csv"
    code, shown = run("download", CLA, "cla numbers and rates", "--out", target, "--api", service.address)
    assert (code, "written to" in shown, target.read_text()) == (0, True, CSV)


def test_what_was_typed_wrongly_is_wrong_use(service: Service, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    where = ("--api", service.address)
    for arguments, said in [
        (("list", CLA, "--search", "words"), "--search"),
        (("download", CLA, SET_ID, "--out", tmp_path / "mine.csv", *where), "exists already"),
        (("download", CLA, SET_ID, "--out", tmp_path / "none" / "a.csv", *where), "no folder"),
        (("list", "Nothing of the kind", *where), "does not exist"),
        (("download", CLA, SET_ID), "--out"),
    ]:
        code, shown = run(*arguments)
        assert code == 2
        assert said in shown


def test_what_the_service_cannot_answer_is_said(service: Service) -> None:
    service.instead["publications"] = as_json({}, 503)
    code, shown = run("list", "--api", service.address)
    assert (code, "status 503" in shown) == (1, True)
