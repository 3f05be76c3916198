"""What pages ask of the machine: denied, unless the project names it and the page is the app's own."""

from __future__ import annotations

from typing import Any

from launcher.window.gtk.bindings import library
from launcher.window.gtk.pane import Pane
from launcher.window.rules import Rules

# As pages ask about them beforehand, and the names of ours.
ASKED = {
    "camera": "camera",
    "microphone": "microphone",
    "geolocation": "location",
    "notifications": "notifications",
    "display-capture": "screen",
}


def bind(pane: Pane) -> None:
    """Let the rules decide what a pane's pages may use."""
    # The clipboard may be written to when the user does something; to read it is asked for.
    pane.view.get_settings().set_javascript_can_access_clipboard(False)
    pane.view.connect("permission-request", lambda view, request: decide(pane.rules, pane.url, request))
    pane.view.connect("query-permission-state", lambda view, query: tell(pane.rules, query))
    pane.view.get_context().connect(
        "initialize-notification-permissions", lambda context: _notify(pane, context)
    )


def decide(rules: Rules, url: str, request: Any) -> bool:
    """Allow or deny a request; True, for it was answered."""
    needed = names_of(request)
    if needed and all(rules.grants(name, url) for name in needed):
        request.allow()
    else:
        request.deny()
    return True


def names_of(request: Any) -> list[str]:
    """Return the permissions that a request is about; none where there is no name for it."""
    webkit = library("WebKit2")
    if isinstance(request, webkit.UserMediaPermissionRequest):
        if webkit.user_media_permission_is_for_display_device(request):
            return ["screen"]
        asked = {
            "camera": webkit.user_media_permission_is_for_video_device(request),
            "microphone": webkit.user_media_permission_is_for_audio_device(request),
        }
        return [name for name, is_asked in asked.items() if is_asked]
    for kind, name in (
        (webkit.GeolocationPermissionRequest, "location"),
        (webkit.NotificationPermissionRequest, "notifications"),
        (webkit.ClipboardPermissionRequest, "clipboard"),
    ):
        if isinstance(request, kind):
            return [name]
    return []


def tell(rules: Rules, query: Any) -> bool:
    """Answer a page that only wants to know whether it may."""
    states = library("WebKit2").PermissionState
    name = ASKED.get(query.get_name(), "")
    is_granted = rules.grants(name, query.get_security_origin().to_string() or "")
    query.finish(states.GRANTED if is_granted else states.DENIED)
    return True


def _notify(pane: Pane, context: Any) -> None:
    rules = pane.rules
    origins = [rules.origin] if rules.origin and "notifications" in rules.permissions else []
    known = [library("WebKit2").SecurityOrigin.new_for_uri(origin) for origin in origins]
    context.initialize_notification_permissions(known, [])
