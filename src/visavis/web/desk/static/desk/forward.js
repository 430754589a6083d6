// Sending on to somebody outside: its form comes when it is asked for, and stands where one writes.

const place = () => document.getElementById("forward-place");
const form = () => document.getElementById("forward-form");

/** The composer shows it, ready for an address; the others keep what was typed in them. */
function show() {
  document.getElementById("compose-forward")?.click();
  const to = document.getElementById("forward-to");
  (to?.value ? document.getElementById("forward-text") : to)?.focus();
}

async function open(url) {
  if (!place()) return location.assign(url);
  await globalThis.htmx.ajax("GET", url, { target: "#forward-place", swap: "innerHTML" });
  return show();
}

if (!globalThis.visavisForward) {
  globalThis.visavisForward = true; // the same file may be loaded under its hashed and its plain name
  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-forward]");
    if (!asked || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const isThere = asked.id === "compose-forward" && form();
    if (isThere) return; // the composer has shown it
    event.preventDefault();
    asked.closest("details.menu")?.removeAttribute("open");
    open(asked.dataset.forward);
  });
  document.addEventListener("desk-forward", (event) => {
    globalThis.htmx.trigger(document.body, "desk-thread");
    open(event.detail.url);
  });
  document.addEventListener("desk-sent", (event) => {
    if (event.detail.kind === "forward") place()?.replaceChildren();
  });
  document.addEventListener("refused", (event) => {
    const name = /^(to|cc)_/.exec(event.detail.code)?.[1];
    const field = name && event.target.closest?.("#forward-form")?.elements[name];
    if (!field) return;
    field.setAttribute("aria-invalid", "true");
    setTimeout(() => field.focus()); // after the form has said why, and moved the focus to its words
  });
  document.addEventListener("input", (event) => {
    if (event.target.closest?.("#forward-form")) event.target.removeAttribute("aria-invalid");
  });
}
