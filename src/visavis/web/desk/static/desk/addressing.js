// To whom a reply goes, and when: what is said above the words stays true while one changes it.

const fields = () => ["to", "cc", "bcc"].map((name) => document.getElementById(`reply-${name}`));

/** What leaves is said at every change, and an address at which letters came back is warned of. */
function tell() {
  const [to, cc, bcc] = fields();
  if (!to) return;
  const copies = [cc, bcc].map((field) => field.value.trim()).filter(Boolean).join(", ");
  document.getElementById("told-to").textContent = to.value.trim() || "…";
  const told = document.getElementById("told-copies");
  told.hidden = !copies;
  told.querySelector("strong").textContent = copies;
  const written = `${to.value},${copies}`.toLowerCase();
  for (const warning of document.querySelectorAll("[data-unreachable]")) warning.hidden = !written.includes(warning.dataset.unreachable);
}

/** A reply that left, or a road that changed: the part is read again, as things stand now. */
function again() {
  const details = document.getElementById("recipients");
  if (details) details.open = false;
  const later = document.getElementById("later");
  if (later) {
    later.open = false;
    const now = later.querySelector("[name=when][value='']");
    if (now) now.checked = true;
  }
  htmx.trigger(document.body, "desk-addresses");
}

function show(field) {
  const details = document.getElementById("recipients");
  if (details) details.open = true;
  field.setAttribute("aria-invalid", "true");
  field.focus();
}

if (!globalThis.visavisAddressing) {
  globalThis.visavisAddressing = true; // the same file may be loaded under its hashed and its plain name
  document.addEventListener("input", (event) => {
    if (!fields().includes(event.target)) return;
    event.target.removeAttribute("aria-invalid");
    tell();
  });
  document.addEventListener("refused", (event) => {
    if (event.target.closest?.("#forward-form")) return; // it has addresses of its own
    const { code } = event.detail;
    if (code === "another_road") htmx.trigger(document.body, "desk-addresses");
    const field = fields().find((one) => one && code.startsWith(`${one.name}_`));
    // After the form has said why, and moved the focus to its words.
    if (field) setTimeout(() => show(field));
  });
  document.addEventListener("desk-sent", (event) => {
    if (event.detail.kind === "reply") again();
  });
}
