// What every page has: forms that answer in place, copy buttons, and a short message.

const toast = document.getElementById("toast");
let hiding = 0;

/** Show a sentence for a while; screen readers say it. */
export function say(message) {
  toast.hidden = false;
  toast.textContent = message;
  clearTimeout(hiding);
  hiding = setTimeout(() => { toast.hidden = true; }, 3000 + 60 * message.length);
}

/** Post a form and return what the server says. */
export async function post(address, form) {
  try {
    const answer = await fetch(address, { method: "POST", body: form, headers: { Accept: "application/json" } });
    return await answer.json();
  } catch {
    return { ok: false, message: "Studio does not answer. Is it still running?" };
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-quiet]")) return;
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  const answer = await post(form.action, new FormData(form));
  button.disabled = false;
  say(answer.message);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say("Copied.");
  } catch {
    // Some web views refuse. The text is selected, so that the keyboard can copy it.
    getSelection().selectAllChildren(button.previousElementSibling);
    say("Selected. Copy it with the keyboard.");
  }
});

// A form that leads to another page is sent once, however often it is clicked.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form.build")) setTimeout(() => { event.target.querySelector(".primary").disabled = true; });
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form.build .primary")) button.disabled = false;
});
