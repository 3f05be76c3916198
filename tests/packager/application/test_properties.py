"""Info.plist: what is said there, and what macOS would not read."""

from __future__ import annotations

import plistlib
from dataclasses import replace
from pathlib import Path

import pytest

from launcher.packager import plan
from launcher.packager.application.properties import numbers, properties
from launcher.packager.plan import Plan
from launcher.packager.platforms import MACOS, Platform

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def made() -> Plan:
    """A plan for a Mac."""
    return replace(plan.make(plan.Options(str(ROOT))), platform=Platform(MACOS, "arm64"))


def test_it_says_what_the_program_is(made: Plan) -> None:
    said = properties(made, (11, 0))
    assert said["CFBundleDisplayName"] == "Launcher Studio"
    assert said["CFBundleExecutable"] == "Launcher Studio"
    assert said["CFBundleIdentifier"] == made.manifest.identifier
    assert said["LSMinimumSystemVersion"] == "11.0"
    transport = said["NSAppTransportSecurity"]
    assert transport["NSAllowsLocalNetworking"] and "NSAllowsArbitraryLoads" not in transport
    assert transport["NSExceptionDomains"]["127.0.0.1"] == {"NSExceptionAllowsInsecureHTTPLoads": True}
    assert said["NSHumanReadableCopyright"] == f"© {made.manifest.publisher}"
    assert plistlib.loads(plistlib.dumps(said)) == said


def test_what_no_page_may_ask_for_is_not_asked_for(made: Plan) -> None:
    asked = {key: text for key, text in properties(made, (11, 0)).items() if key.endswith("UsageDescription")}
    assert list(asked) == ["NSLocalNetworkUsageDescription"]
    assert "reach other devices" in asked["NSLocalNetworkUsageDescription"]


def test_what_pages_may_ask_for_is_explained(made: Plan) -> None:
    window = replace(made.manifest.window, permissions=("camera", "microphone", "location", "clipboard"))
    manifest = replace(made.manifest, name="Quiz", window=window, share=True)
    said = properties(replace(made, manifest=manifest), (11, 0))
    asked = {key: text for key, text in said.items() if key.endswith("UsageDescription")}
    assert sorted(asked) == [
        "NSCameraUsageDescription",
        "NSLocalNetworkUsageDescription",
        "NSLocationUsageDescription",
        "NSMicrophoneUsageDescription",
    ]
    assert all("Quiz" in text for text in asked.values())
    assert "Friends" in asked["NSLocalNetworkUsageDescription"]


def test_documents_of_its_own_are_declared_and_known_ones_are_not(made: Plan) -> None:
    manifest = replace(made.manifest, identifier="org.example.quiz")
    config = replace(made.config, documents={".quiz": "Quiz", ".csv": "Table", ".my_quiz": "Old quiz"})
    said = properties(replace(made, manifest=manifest, config=config), (11, 0))
    kinds = {one["CFBundleTypeName"]: one for one in said["CFBundleDocumentTypes"]}
    assert kinds["Quiz"]["LSItemContentTypes"] == ["org.example.quiz.quiz"]
    assert kinds["Quiz"]["LSHandlerRank"] == "Owner"
    assert kinds["Table"]["LSItemContentTypes"] == ["public.comma-separated-values-text"]
    assert kinds["Table"]["LSHandlerRank"] == "Alternate"
    declared = {one["UTTypeIdentifier"]: one for one in said["UTExportedTypeDeclarations"]}
    assert sorted(declared) == ["org.example.quiz.my-quiz", "org.example.quiz.quiz"]
    tags = declared["org.example.quiz.my-quiz"]["UTTypeTagSpecification"]
    assert tags == {"public.filename-extension": ["my_quiz"]}


@pytest.mark.parametrize(
    ("version", "number"),
    [
        ("1.4.0", "1.4.0"),
        ("1.4b2", "1.4"),
        ("v2", "2"),
        ("2026.11.28.3", "2026.11.28"),
        ("1!3.0", "3.0"),
        ("0.1.0+local.7", "0.1.0"),
        ("1.02", "1.2"),
        ("draft", "0"),
    ],
)
def test_versions_are_told_in_numbers(version: str, number: str) -> None:
    assert numbers(version) == number
