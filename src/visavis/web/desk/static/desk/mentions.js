// « @ » in a note: the colleagues whose name begins so, chosen with the arrows, Enter or Tab, or by a click.
import { announce, filled } from "../design/shell.js";

const MOST = 6;
const words = document.getElementById("desk-words")?.dataset ?? {};
let chosen = 0;

const field = () => document.getElementById("note-text");
const list = () => document.getElementById("mentions");
const isOpen = () => list() && !list().hidden;
const names = () => [...document.querySelectorAll("#transfer-to option[value^='adviser:']")].map((option) => option.textContent.trim());
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** What is being typed after the sign, up to the caret; null when there is none. */
function begun() {
  const before = field().value.slice(0, field().selectionStart);
  return before.match(/(?:^|\s)@([\p{L}'’.-]*(?: [\p{L}'’.-]*)?)$/u)?.[1] ?? null;
}

function close() {
  if (!list()) return;
  list().hidden = true;
  field()?.removeAttribute("aria-activedescendant");
}

function open() {
  const typed = begun();
  const found = typed === null ? [] : names().filter((name) => plain(name).split(" ").some((part, at, parts) => plain(parts.slice(at).join(" ")).startsWith(plain(typed)))).slice(0, MOST);
  if (!found.length || found[0] === typed) return close();
  chosen = 0;
  list().replaceChildren(...found.map(line));
  list().hidden = false;
  mark();
  return announce(filled(words.called, { count: found.length }));
}

function line(name, place) {
  const option = document.createElement("li");
  Object.assign(option, { id: `mention-${place}`, className: "menu-item", textContent: name });
  option.setAttribute("role", "option");
  option.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the caret stays in the note
    take(name);
  });
  return option;
}

function mark() {
  [...list().children].forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
  field().setAttribute("aria-activedescendant", `mention-${chosen}`);
}

function take(name) {
  const end = field().selectionStart;
  field().setRangeText(`@${name} `, end - begun().length - 1, end, "end");
  field().dispatchEvent(new Event("input", { bubbles: true }));
  close();
}

function onKey(event) {
  if (event.target !== field() || !isOpen()) return;
  const count = list().children.length;
  if (event.key === "ArrowDown") chosen = (chosen + 1) % count;
  else if (event.key === "ArrowUp") chosen = (chosen + count - 1) % count;
  else if (event.key === "Escape") close();
  else if ((event.key === "Enter" || event.key === "Tab") && !event.ctrlKey && !event.metaKey) take(list().children[chosen].textContent);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isOpen()) mark();
}

document.addEventListener("keydown", onKey, true);
document.addEventListener("input", (event) => event.target === field() && open());
document.addEventListener("focusout", (event) => event.target === field() && close());
