"""Authorities of England that are responsible for children's social care: codes, names, regions, changes.

Every authority has a three-digit code of the Department for Education that stays with it for as long as it exists,
and a code of the Office for National Statistics that changes with its boundary or its kind. The three-digit code is
the key: it tells old Dorset from the new one, and keeps North Yorkshire together across its change of code.

Sources: "Get information about schools" (Department for Education, 2025) for three-digit codes and names; "Code
History Database" (Office for National Statistics, 2025) for the other codes, their dates, and mergers and splits.
Codes from before April 2009 are not held, nor are authorities abolished before then.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from attrs import frozen

from csc_outcomes.definitions.tables import year_ending
from csc_outcomes.errors import InputError, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

ENGLAND = "E92000001"
REGIONS = {
    "E12000001": "North East",
    "E12000002": "North West",
    "E12000003": "Yorkshire and The Humber",
    "E12000004": "East Midlands",
    "E12000005": "West Midlands",
    "E12000006": "East of England",
    "E12000007": "London",
    "E12000008": "South East",
    "E12000009": "South West",
    "E13000001": "Inner London",
    "E13000002": "Outer London",
}
"""Region codes and names as the Department publishes them; London stands beside its two halves."""

# Three-digit code, current (or last) ONS code, name; "-" where the ONS code is not held.
_AUTHORITIES = {
    ("E12000001", "North East"): """
        390 E08000037 Gateshead; 391 E08000021 Newcastle upon Tyne; 392 E08000022 North Tyneside; 393 E08000023
        South Tyneside; 394 E08000024 Sunderland; 805 E06000001 Hartlepool; 806 E06000002 Middlesbrough; 807
        E06000003 Redcar and Cleveland; 808 E06000004 Stockton-on-Tees; 840 E06000047 County Durham; 841
        E06000005 Darlington; 929 E06000057 Northumberland
    """,
    ("E12000002", "North West"): """
        340 E08000011 Knowsley; 341 E08000012 Liverpool; 342 E08000013 St. Helens; 343 E08000014 Sefton; 344
        E08000015 Wirral; 350 E08000001 Bolton; 351 E08000002 Bury; 352 E08000003 Manchester; 353 E08000004
        Oldham; 354 E08000005 Rochdale; 355 E08000006 Salford; 356 E08000007 Stockport; 357 E08000008 Tameside;
        358 E08000009 Trafford; 359 E08000010 Wigan; 875 - Cheshire; 876 E06000006 Halton; 877 E06000007
        Warrington; 888 E10000017 Lancashire; 889 E06000008 Blackburn with Darwen; 890 E06000009 Blackpool; 895
        E06000049 Cheshire East; 896 E06000050 Cheshire West and Chester; 909 E10000006 Cumbria; 942 E06000063
        Cumberland; 943 E06000064 Westmorland and Furness
    """,
    ("E12000003", "Yorkshire and The Humber"): """
        370 E08000038 Barnsley; 371 E08000017 Doncaster; 372 E08000018 Rotherham; 373 E08000039 Sheffield; 380
        E08000032 Bradford; 381 E08000033 Calderdale; 382 E08000034 Kirklees; 383 E08000035 Leeds; 384 E08000036
        Wakefield; 810 E06000010 Kingston upon Hull, City of; 811 E06000011 East Riding of Yorkshire; 812
        E06000012 North East Lincolnshire; 813 E06000013 North Lincolnshire; 815 E06000065 North Yorkshire; 816
        E06000014 York
    """,
    ("E12000004", "East Midlands"): """
        830 E10000007 Derbyshire; 831 E06000015 Derby; 855 E10000018 Leicestershire; 856 E06000016 Leicester;
        857 E06000017 Rutland; 891 E10000024 Nottinghamshire; 892 E06000018 Nottingham; 925 E10000019
        Lincolnshire; 928 E10000021 Northamptonshire; 940 E06000061 North Northamptonshire; 941 E06000062 West
        Northamptonshire
    """,
    ("E12000005", "West Midlands"): """
        330 E08000025 Birmingham; 331 E08000026 Coventry; 332 E08000027 Dudley; 333 E08000028 Sandwell; 334
        E08000029 Solihull; 335 E08000030 Walsall; 336 E08000031 Wolverhampton; 860 E10000028 Staffordshire; 861
        E06000021 Stoke-on-Trent; 884 E06000019 Herefordshire, County of; 885 E10000034 Worcestershire; 893
        E06000051 Shropshire; 894 E06000020 Telford and Wrekin; 937 E10000031 Warwickshire
    """,
    ("E12000006", "East of England"): """
        820 - Bedfordshire; 821 E06000032 Luton; 822 E06000055 Bedford; 823 E06000056 Central Bedfordshire; 873
        E10000003 Cambridgeshire; 874 E06000031 Peterborough; 881 E10000012 Essex; 882 E06000033
        Southend-on-Sea; 883 E06000034 Thurrock; 919 E10000015 Hertfordshire; 926 E10000020 Norfolk; 935
        E10000029 Suffolk
    """,
    ("E12000008", "South East"): """
        825 E06000060 Buckinghamshire; 826 E06000042 Milton Keynes; 845 E10000011 East Sussex; 846 E06000043
        Brighton and Hove; 850 E10000014 Hampshire; 851 E06000044 Portsmouth; 852 E06000045 Southampton; 867
        E06000036 Bracknell Forest; 868 E06000040 Windsor and Maidenhead; 869 E06000037 West Berkshire; 870
        E06000038 Reading; 871 E06000039 Slough; 872 E06000041 Wokingham; 886 E10000016 Kent; 887 E06000035
        Medway; 921 E06000046 Isle of Wight; 931 E10000025 Oxfordshire; 936 E10000030 Surrey; 938 E10000032 West
        Sussex
    """,
    ("E12000009", "South West"): """
        420 E06000053 Isles of Scilly; 800 E06000022 Bath and North East Somerset; 801 E06000023 Bristol, City
        of; 802 E06000024 North Somerset; 803 E06000025 South Gloucestershire; 835 E10000009 Dorset; 836
        E06000029 Poole; 837 E06000028 Bournemouth; 838 E06000059 Dorset; 839 E06000058 Bournemouth,
        Christchurch and Poole; 865 E06000054 Wiltshire; 866 E06000030 Swindon; 878 E10000008 Devon; 879
        E06000026 Plymouth; 880 E06000027 Torbay; 908 E06000052 Cornwall; 916 E10000013 Gloucestershire; 933
        E06000066 Somerset
    """,
    ("E13000001", "Inner London"): """
        201 E09000001 City of London; 202 E09000007 Camden; 204 E09000012 Hackney; 205 E09000013 Hammersmith and
        Fulham; 206 E09000019 Islington; 207 E09000020 Kensington and Chelsea; 208 E09000022 Lambeth; 209
        E09000023 Lewisham; 210 E09000028 Southwark; 211 E09000030 Tower Hamlets; 212 E09000032 Wandsworth; 213
        E09000033 Westminster; 309 E09000014 Haringey; 316 E09000025 Newham
    """,
    ("E13000002", "Outer London"): """
        203 E09000011 Greenwich; 301 E09000002 Barking and Dagenham; 302 E09000003 Barnet; 303 E09000004 Bexley;
        304 E09000005 Brent; 305 E09000006 Bromley; 306 E09000008 Croydon; 307 E09000009 Ealing; 308 E09000010
        Enfield; 310 E09000015 Harrow; 311 E09000016 Havering; 312 E09000017 Hillingdon; 313 E09000018 Hounslow;
        314 E09000021 Kingston upon Thames; 315 E09000024 Merton; 317 E09000026 Redbridge; 318 E09000027
        Richmond upon Thames; 319 E09000029 Sutton; 320 E09000031 Waltham Forest
    """,
}

# ONS codes that were replaced while the authority went on: the code, its last day, and what replaced it follows.
_REPLACED = {
    "390": ("E08000020", date(2013, 3, 31)),
    "929": ("E06000048", date(2013, 3, 31)),
    "825": ("E10000002", date(2020, 3, 31)),
    "815": ("E10000023", date(2023, 3, 31)),
    "933": ("E10000027", date(2023, 3, 31)),
    "370": ("E08000016", date(2025, 3, 31)),
    "373": ("E08000019", date(2025, 3, 31)),
}

# Authorities that ended, their last day, and those that took over on the day after.
_ENDED = {
    "820": (date(2009, 3, 31), ("822", "823")),
    "875": (date(2009, 3, 31), ("895", "896")),
    # Christchurch went from Dorset to the authority it now shares with Bournemouth and Poole.
    "835": (date(2019, 3, 31), ("838", "839")),
    "836": (date(2019, 3, 31), ("839",)),
    "837": (date(2019, 3, 31), ("839",)),
    "928": (date(2021, 3, 31), ("940", "941")),
    "909": (date(2023, 3, 31), ("942", "943")),
}

# Authorities with one workforce return for two: "Children's social work workforce" prints one row, "314 / 318".
_RETURNED_TOGETHER = (("314", "318"), ("940", "941"))

_ADDED_WORDS = r"( (metropolitan|borough|city|county|district|council|ua|mbc|cc|bc))+$"


@frozen
class Held:
    """An ONS code and the days from and to which it was an authority's; None: from before April 2009, or still."""

    code: str
    since: date | None
    until: date | None

    def on(self, day: date) -> bool:
        """Whether the code held on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@frozen
class Authority:
    """One authority.

    Attributes:
        code: three digits, of the Department for Education.
        name: as the Department publishes it.
        region_code: ONS code of the region; Inner and Outer London for London.
        region_name: name of the region.
        codes: its ONS codes, the oldest first.
        since: first day; None where it existed before April 2009.
        until: last day; None where it exists.
        predecessors: three-digit codes of the authorities that it took over from.
        successors: three-digit codes of those that took over from it.
        returned_with: three-digit codes of authorities with which it makes one workforce return.
    """

    code: str
    name: str
    region_code: str
    region_name: str
    codes: tuple[Held, ...]
    since: date | None
    until: date | None
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    returned_with: tuple[str, ...]

    @property
    def ons_code(self) -> str | None:
        """The ONS code of today, or the last one."""
        return self.codes[-1].code if self.codes else None

    @property
    def first_year(self) -> int | None:
        """First return year (year ending 31 March); None where it existed before April 2009."""
        return None if self.since is None else year_ending(self.since)

    @property
    def last_year(self) -> int | None:
        """Last return year (year ending 31 March); None where it exists."""
        return None if self.until is None else year_ending(self.until)

    def ons_code_on(self, day: date) -> str | None:
        """The ONS code that held on a day; None before the first and after the last."""
        return next((held.code for held in self.codes if held.on(day)), None)

    def existed(self, start: date, end: date) -> bool:
        """Whether it existed on some day from `start` to `end`."""
        return (self.since is None or self.since <= end) and (self.until is None or self.until >= start)


@cache
def every() -> dict[str, Authority]:
    """All authorities, abolished ones included, by three-digit code."""
    return {authority.code: authority for authority in sorted(_made(), key=lambda one: one.code)}


def authorities() -> pd.DataFrame:
    """List the authorities of England, those abolished since April 2009 included.

    Returns:
        A pandas frame with a row per authority: `code` (three digits), `ons_code` (today's, or the last),
        `name`, `region_code`, `region_name`, `first_year` and `last_year` (return years, years ending 31 March;
        missing where it existed before the year 2009-10, and where it exists), `predecessors`, `successors`,
        `returned_with` (three-digit codes, comma-separated; the last: authorities with which it makes one
        workforce return) and `ons_codes` (every code held with its days).
    """
    import pandas as pd

    rows = [
        {
            "code": one.code,
            "ons_code": one.ons_code,
            "name": one.name,
            "region_code": one.region_code,
            "region_name": one.region_name,
            "first_year": one.first_year,
            "last_year": one.last_year,
            "predecessors": ", ".join(one.predecessors),
            "successors": ", ".join(one.successors),
            "returned_with": ", ".join(one.returned_with),
            "ons_codes": "; ".join(map(_held_in_words, one.codes)),
        }
        for one in every().values()
    ]
    frame = pd.DataFrame(rows)
    return frame.astype({"first_year": "Int64", "last_year": "Int64"})


def find(text: str) -> Authority:
    """Find an authority by its three-digit code, an ONS code of any time, or its name.

    Names are compared without regard to case, punctuation and words such as "council". Where an abolished
    authority had the name of one that exists (Dorset), the name is that of the one that exists.

    Raises:
        UnknownNameError: there is none; suggests near names.
    """
    found = lookup(text)
    if found is None:
        names = sorted({one.name for one in every().values()})
        raise unknown("authority", [text], names)
    return found


def lookup(text: str) -> Authority | None:
    """What `find` finds, or None.

    Raises:
        InputError: not a text; a code of digits is text, too.
    """
    if not isinstance(text, str):
        raise InputError(f"authority: needed a code or name as text, found {type(text).__name__}")
    wanted = text.strip()
    return every().get(wanted) or _by_ons_code().get(wanted.upper()) or _by_name().get(_plain(wanted))


def region(text: str) -> str | None:
    """The code of a region by its code or name, England included; None for anything else."""
    wanted = text.strip()
    if wanted.upper() in (*REGIONS, ENGLAND):
        return wanted.upper()
    return _regions_by_name().get(_plain(wanted))


def _made() -> Iterator[Authority]:
    together = {code: tuple(o for o in group if o != code) for group in _RETURNED_TOGETHER for code in group}
    for (region_code, region_name), text in _AUTHORITIES.items():
        for entry in " ".join(text.split()).split("; "):
            code, ons_code, name = entry.split(" ", 2)
            until, successors = _ENDED.get(code, (None, ()))
            before = tuple(old for old, (_, new) in _ENDED.items() if code in new)
            since = _ENDED[before[0]][0] + timedelta(days=1) if before else None
            yield Authority(
                code, name, region_code, region_name, _codes(code, ons_code, since, until), since, until,
                before, successors, together.get(code, ()),
            )  # fmt: skip


def _codes(code: str, last: str, since: date | None, until: date | None) -> tuple[Held, ...]:
    if last == "-":
        return ()
    if code not in _REPLACED:
        return (Held(last, since, until),)
    first, end = _REPLACED[code]
    return Held(first, since, end), Held(last, end + timedelta(days=1), until)


def _held_in_words(held: Held) -> str:
    since = f" from {held.since}" if held.since else ""
    until = f" to {held.until}" if held.until else ""
    return f"{held.code}{since}{until}"


@cache
def _by_ons_code() -> dict[str, Authority]:
    return {held.code: one for one in every().values() for held in one.codes}


@cache
def _by_name() -> dict[str, Authority]:
    """By every spelling; authorities that exist come last, so that a name is theirs."""
    ordered = sorted(every().values(), key=lambda one: one.until is None)
    return {spelling: one for one in ordered for spelling in _spellings(one.name)}


@cache
def _regions_by_name() -> dict[str, str]:
    named = {_plain(name): code for code, name in REGIONS.items()}
    tool = {"london inner": "E13000001", "london outer": "E13000002", "england": ENGLAND}
    return named | tool


def _spellings(name: str) -> Iterator[str]:
    """Yield the ways a name is written: "Bristol, City of", "City of Bristol" and "Bristol"."""
    yield _plain(name)
    base, comma, added = name.partition(", ")
    # "Bournemouth, Christchurch and Poole" is a list of places, and none of them alone.
    if comma and added.endswith(" of"):
        yield _plain(base)
        yield _plain(f"{added} {base}")


def _plain(name: str) -> str:
    """Lower case, words only, without what kind of authority it is."""
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", name.casefold().replace("&", " and ")).split())
    return re.sub(_ADDED_WORDS, "", words) or words
