"""Workarounds that reach into aiortc fit the one that is installed, and step aside for another."""

import sys

import aiortc.rtcsctptransport
import pytest
from structlog.testing import capture_logs

from client.rtc import datagrams, internals, sctp_arrivals, sctp_departures, upstream


def test_every_workaround_fits_the_installed_aiortc() -> None:
    for module in (datagrams, sctp_arrivals, sctp_departures):
        with capture_logs() as told:
            assert internals.fits(module.__name__, module._KNOWN), told


def one(self: object) -> object:
    return self.__class__


def other(self: object) -> object:
    return self.__dir__


def inner(self: object) -> object:
    return [each.__class__ for each in (self.__dir__ for _ in [0])]


def test_a_function_with_other_names_does_not_fit_and_the_log_says_so_once() -> None:
    with capture_logs() as told:
        assert not internals.fits("test", {one: internals.fingerprint(other)})
    assert [(entry["event"], entry["changed"]) for entry in told] == [
        ("workaround_does_not_fit", ["one"])
    ]


def test_a_fingerprint_is_that_of_the_names_inside_too() -> None:
    assert internals.fingerprint(inner) not in (
        internals.fingerprint(one),
        internals.fingerprint(other),
    )
    assert internals.fits("test", {inner: internals.fingerprint(inner)})


def test_an_aiortc_without_these_names_goes_on_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(aiortc.rtcsctptransport, "InboundStream")
    monkeypatch.delitem(sys.modules, "client.rtc.sctp_arrivals")
    monkeypatch.delattr("client.rtc.sctp_arrivals")
    with capture_logs() as told:
        upstream.install()
    assert [entry["event"] for entry in told] == ["workaround_does_not_fit"]
