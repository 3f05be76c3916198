"""What WebKit asks in a window of pywebview's, heard by us first.

The names are WebKit's selectors. Each handler that WebKit gives must be called, or it ends the program: so
what goes wrong is a refusal. Never run on macOS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from launcher.window.cocoa.deciding import DENY, Deciding, address

Answer = TypeVar("Answer")
CANCEL = 0  # WKNavigationActionPolicyCancel, and of a response
MEDIA = b"webView:requestMediaCapturePermissionForOrigin:initiatedByFrame:type:decisionHandler:"
# What PyObjC has to know of it, for it is not in all of its releases: a number comes, and a block is called.
HANDLER = {
    "type": b"@?",
    "callable": {"retval": {"type": b"v"}, "arguments": {0: {"type": b"^v"}, 1: {"type": b"q"}}},
}
SELECTORS = (
    "webView:decidePolicyForNavigationAction:decisionHandler:",
    "webView:decidePolicyForNavigationResponse:decisionHandler:",
    "webView:createWebViewWithConfiguration:forNavigationAction:windowFeatures:",
    MEDIA.decode(),
    "webView:didCommitNavigation:",
    "webViewWebContentProcessDidTerminate:",
)


def delegate_of(view: Any, deciding: Deciding, objc: Any) -> Any:
    """Return a class in the place of the delegate of pywebview's `view`; `objc` is PyObjC's module."""
    base: Any = view.BrowserDelegate
    upper: Any = objc.super
    objc.registerMetaDataForSelector(b"NSObject", MEDIA, {"arguments": {6: HANDLER}})

    def browser(webview: Any) -> Any:
        return view.get_instance("webview", webview)

    class LauncherBrowserDelegate(base):  # type: ignore[misc]
        def webView_decidePolicyForNavigationAction_decisionHandler_(
            self, webview: Any, action: Any, handler: Any
        ) -> None:
            if _decided(lambda: deciding.may_go(action, lambda url: browser(webview).load_url(url)), False):
                upper(LauncherBrowserDelegate, self).webView_decidePolicyForNavigationAction_decisionHandler_(
                    webview, action, handler
                )
            else:
                handler(CANCEL)

        def webView_decidePolicyForNavigationResponse_decisionHandler_(
            self, webview: Any, response: Any, handler: Any
        ) -> None:
            if _decided(lambda: deciding.may_show(response), False):
                upper(
                    LauncherBrowserDelegate, self
                ).webView_decidePolicyForNavigationResponse_decisionHandler_(webview, response, handler)
            else:
                handler(CANCEL)

        def webView_createWebViewWithConfiguration_forNavigationAction_windowFeatures_(
            self, webview: Any, config: Any, action: Any, features: Any
        ) -> None:
            deciding.new_window(action, webview.loadRequest_)

        def webView_requestMediaCapturePermissionForOrigin_initiatedByFrame_type_decisionHandler_(
            self, webview: Any, origin: Any, frame: Any, kind: int, handler: Any
        ) -> None:
            handler(_decided(lambda: deciding.media(origin, kind), DENY))

        webView_requestMediaCapturePermissionForOrigin_initiatedByFrame_type_decisionHandler_ = objc.selector(
            webView_requestMediaCapturePermissionForOrigin_initiatedByFrame_type_decisionHandler_,
            selector=MEDIA,
            signature=b"v@:@@@q@?",
        )

        def webView_didCommitNavigation_(self, webview: Any, navigation: Any) -> None:
            deciding.committed(address(webview))

        def webViewWebContentProcessDidTerminate_(self, webview: Any) -> None:
            deciding.died(
                address(webview),
                webview.reload,
                lambda page, base_uri: browser(webview).load_html(page, base_uri),
            )

    return LauncherBrowserDelegate


def _decided(decide: Callable[[], Answer], refusal: Answer) -> Answer:
    try:
        return decide()
    except Exception:
        return refusal
