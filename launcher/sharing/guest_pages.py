"""What guests see of us, on their phones: the invitation, the digits, and why they are not in.

The app's icon stands on what invited ones see; strangers get a letter in its place, and so a short answer.
"""

from __future__ import annotations

import html

from launcher.serving import pages

STYLE = """<style>
main { max-width: 26rem; padding: 1.5rem 1.25rem 2rem }
img { width: 76px; height: 76px; border-radius: 0 }
.tile { width: 76px; height: 76px; border-radius: 20px; margin: 0 auto; display: grid; place-items: center;
  background: var(--accent); color: var(--paper); font-size: 2.1rem; font-weight: 650 }
h1 { font-size: 1.5rem; margin-top: 1.25rem }
form { margin: 1.75rem 0 1.25rem }
button, .button { width: 100%; padding: .9rem; margin: 0; border-radius: 12px;
  font-size: 1.1rem; font-weight: 600 }
.small { font-size: .9rem }
.digits { font: 700 3.6rem/1.1 ui-monospace, "DejaVu Sans Mono", monospace; letter-spacing: .18em;
  margin: 1.5rem 0 .5rem .18em; color: var(--ink); font-variant-numeric: tabular-nums }
[hidden] { display: none }
.back { margin-top: 1.5rem }
</style>"""

LOOK = """<script>
(function look() {
  setTimeout(async () => {
    try {
      const answer = await fetch("%s", {cache: "no-store"});
      const state = answer.ok ? (await answer.json()).state : "refused";
      if (state === "in") { location.replace("/"); return; }
      if (state !== "waits") { location.reload(); return; }
    } catch (error) {
      document.querySelector("h1").textContent = "Sharing has ended";
      document.querySelector("#waits").hidden = true;
      document.querySelector("#over").hidden = false;
      return;
    }
    look();
  }, 1000);
})();
</script>"""


def invitation(name: str, query: str, picture: str = "", *, asks: bool) -> str:
    """Return the page behind a link: it says who invites to what, and has the button that joins."""
    button = "Ask to join" if asks else "Join"
    after = (
        "You will see four digits. Whoever shares it sees the same, and lets you in."
        if asks
        else "Whoever shares it sees that this device has joined, and can end that at any time."
    )
    # A form and not a link: chat programs fetch links by themselves, and would join.
    return _page(
        name,
        name,
        "<p>Somebody in this network shares this app with you. It runs on their computer.</p>"
        f'<form method="post" action="?{html.escape(query)}"><button>{button}</button></form>'
        f'<p class="small">{after}</p>'
        '<p class="small">In an open Wi-Fi, others could read along: type nothing here that is a secret.</p>',
        picture,
    )


def waiting(name: str, digits: str, state: str, picture: str = "") -> str:
    """Return the page that shows a device's digits until there is an answer."""
    spoken = " ".join(digits)
    return _page(
        name,
        "Waiting to be let in",
        f'<div id="waits"><p class="digits" aria-label="Your digits are {spoken}">{digits}</p>'
        f"<p>Whoever shares {html.escape(name)} sees these digits too. Show them, and you are let in.</p>"
        '<div class="dots" aria-hidden="true"><span></span><span></span><span></span></div></div>'
        '<div id="over" role="status" hidden>'
        "<p>Or this device has left the network. Ask whoever shared it to start again.</p></div>"
        + LOOK % state
        + '<noscript><meta http-equiv="refresh" content="3"></noscript>',
        picture,
    )


def refused(name: str) -> str:
    """Return the page of a device that was not let in."""
    text = "You were not let in this time. Ask whoever shares it, and use the newest link."
    return _message(name, "Not now", text)


def removed(name: str) -> str:
    """Return the page of a device that was removed."""
    text = "Whoever shares it has removed this device. To come back, you need a new link from them."
    return _message(name, "You are no longer in", text)


def uninvited(name: str) -> str:
    """Return the page of who comes without an invitation."""
    text = "Scan the picture on the screen of whoever shares this app, or open the link that they sent you."
    return _message(name, "You need an invitation", text)


def link_is_over(name: str) -> str:
    """Return the page of a link that lets nobody in any more."""
    text = "A link works for a few minutes, and for as many devices as were meant. Ask for the newest one."
    return _message(name, "This link is over", text)


def too_many_tries(name: str) -> str:
    """Return the page of who came with too many wrong links."""
    return _message(name, "Too many wrong tries", "Wait a minute, and then use the newest link.")


def full(name: str) -> str:
    """Return the page of who comes when there is no room."""
    text = "There is no room for another device at the moment. Try again in a minute."
    return _message(name, "Too many at once", text)


def owners_only(name: str) -> str:
    """Return the page of a place that guests may not see."""
    text = "This part of the app is for the person who shares it."
    link = '<p class="back"><a class="button quiet" href="/">Back</a></p>'
    return _message(name, "Not for guests", text, link)


def still_waiting(name: str, place: str) -> str:
    """Return the page that leads a device back to its digits."""
    link = f'<p class="back"><a class="button" href="{place}">Show the digits</a></p>'
    return _message(name, "You are not in yet", "Whoever shares it has not answered.", link)


def _message(name: str, title: str, text: str, more: str = "") -> str:
    return _page(name, title, f"<p>{html.escape(text)}</p>{more}")


def _page(name: str, title: str, body: str, picture: str = "") -> str:
    letter = html.escape(name.strip()[:1].upper() or "?")
    tile = picture or f'<div class="tile" aria-hidden="true">{letter}</div>'
    above = "" if title == name else f"<p>{html.escape(name)}</p>"
    return pages.page(
        title if title == name else f"{title} · {name}",
        f"{tile}{above}<h1>{html.escape(title)}</h1>{body}",
        head=STYLE,
    )
