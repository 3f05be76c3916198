"""Applications that other people wrote, as they are on the package index, packaged with no configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus import cases, ours, trial

pytestmark = [pytest.mark.end_to_end, pytest.mark.timeout(900)]

CORPUS = cases.read()
ALWAYS = ("httpbin", "sqlite_web")


def test_the_corpus_is_whole() -> None:
    assert len(CORPUS) == 8
    for case in CORPUS.values():
        assert case.visits and case.requirements
        assert case.folder is not None or ":" in case.target
    later = [case.name for case in CORPUS.values() if any(visit.later for visit in case.visits)]
    assert later == ["ihatemoney", "isso", "bepasty", "sqlite_web"]


@pytest.mark.parametrize("name", ALWAYS)
def test_an_application_works_packaged(name: str, cache: Path) -> None:
    tried = trial.attempt(CORPUS[name], trial.Terms(cache, webview="browser"), ours.WAY)
    assert tried.works, tried


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(CORPUS) - set(ALWAYS)))
def test_a_large_application_works_packaged(name: str, cache: Path) -> None:
    tried = trial.attempt(CORPUS[name], trial.Terms(cache, webview="browser"), ours.WAY)
    assert tried.works, tried
