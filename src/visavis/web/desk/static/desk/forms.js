// What every form of the desk says: why it was refused, beside what was typed; and dialogs close once it is done.
import { announce, icon, toast } from "../design/shell.js";

const MARK = "data-refusal";

function clear(form) {
  form.querySelector(`[${MARK}]`)?.remove();
}

/** The sentence stands above the buttons of the form that asked; one that has no field says it in a toast. */
function tell(form, sentence) {
  clear(form);
  const place = form.querySelector(".composer-tools") ?? form.querySelector("button:not([type=button])")?.closest("p, .cluster, form > *");
  if (!form.querySelector(".field, textarea, [type=radio], [type=checkbox]") || !place) {
    toast({ text: sentence, sign: "triangle-alert", seconds: 20 });
    return;
  }
  const told = document.createElement("p");
  told.className = "field-error";
  told.setAttribute(MARK, "");
  told.append(icon("circle-alert"), sentence);
  place.before(told);
  announce(sentence);
  (form.querySelector("textarea:not([hidden])") ?? form.querySelector("input:not([type=hidden])"))?.focus();
}

if (!globalThis.visavisForms) {
  globalThis.visavisForms = true; // the same file may be loaded under its hashed and its plain name
  document.addEventListener("refused", (event) => {
    const form = event.target.closest?.("form") ?? null;
    if (form) tell(form, event.detail.sentence);
    else toast({ text: event.detail.sentence, sign: "triangle-alert", seconds: 20 });
  });
  document.addEventListener("submit", (event) => clear(event.target), true);
  document.addEventListener("desk-refresh", () => {
    for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
    for (const form of document.querySelectorAll("dialog form, #person form")) form.reset();
    for (const opened of document.querySelectorAll("#person details[open], #head details[open]")) opened.open = false;
  }, true);
  // What someone has unfolded is not touched by the parts that read themselves again: they may be typing there.
  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details")) event.target.toggleAttribute("hx-morph-skip", event.target.open);
  }, true);
}
