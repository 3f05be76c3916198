"""What a page asks the machine for: denied, unless the project named it, and then to its own origin.

Never run on Windows.
"""

from __future__ import annotations

import importlib
from typing import Any

from launcher.window.rules import Rules

CORE = "Microsoft.Web.WebView2.Core"
# By WebView2's names; it asks about camera and microphone one after the other.
NAMES = {
    "Camera": "camera",
    "Microphone": "microphone",
    "Geolocation": "location",
    "Notifications": "notifications",
    "ClipboardRead": "clipboard",
}


def decide(rules: Rules, args: Any) -> None:
    """Answer a PermissionRequested, of the page or of a frame in it."""
    states = importlib.import_module(CORE).CoreWebView2PermissionState
    args.State = states.Deny
    # What was granted must not outlive the project's wish, nor what was denied.
    args.SavesInProfile = False
    if rules.grants(NAMES.get(args.PermissionKind.ToString(), ""), str(args.Uri)):
        args.State = states.Allow


def decide_screen(rules: Rules, args: Any) -> None:
    """Answer a ScreenCaptureStarting; who may is asked by WebView2 what to show."""
    args.Cancel = True
    args.Cancel = not rules.grants("screen", str(args.OriginalSourceFrameInfo.Source))


def reject_certificate(args: Any) -> None:
    """Answer a ServerCertificateErrorDetected, without the page that lets users go on."""
    args.Action = importlib.import_module(CORE).CoreWebView2ServerCertificateErrorAction.Cancel
