// Asks for the check of a project and shows what comes back.

const found = document.getElementById("found");
const said = document.getElementById("said");
const again = document.getElementById("again");
const waiting = found.innerHTML;

async function check(target) {
  const form = new FormData();
  if (target !== undefined) form.set("target", target);
  found.setAttribute("aria-busy", "true");
  found.innerHTML = waiting;
  said.textContent = "Looking at the project.";
  again.disabled = true;
  try {
    const answer = await fetch(found.dataset.check, { method: "POST", body: form });
    if (!answer.ok) throw new Error(`Studio answered ${answer.status}.`);
    // The server made this of escaped texts; the content policy forbids scripts in it anyway.
    found.innerHTML = await answer.text();
    const name = found.querySelector("[data-name]")?.dataset.name;
    if (name) document.querySelector("h1").textContent = name;
    const problem = found.querySelector(".problem h2");
    said.textContent = problem ? problem.textContent.trim() : "The check is done.";
  } catch (error) {
    const note = document.createElement("p");
    note.className = "note bad";
    note.textContent = `The check could not be asked for. ${error.message} Press “Check again”.`;
    found.replaceChildren(note);
    said.textContent = note.textContent;
  }
  found.removeAttribute("aria-busy");
  again.disabled = false;
}

again.addEventListener("click", () => check());
found.addEventListener("click", (event) => {
  const button = event.target.closest("[data-target]");
  if (button) check(button.dataset.target);
});
found.addEventListener("change", (event) => {
  if (event.target.type === "file" && event.target.files.length) {
    document.getElementById("icon-hint").textContent = `From ${event.target.files[0].name}`;
  }
});
check();
