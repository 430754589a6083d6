// Mon poste: drafts kept while one types, files, who looks, keys, and live parts that read themselves again.
import { announce, icon, shortcut } from "../design/shell.js";
import "./addressing.js";
import "./forms.js";
import "./forward.js";
import "./mentions.js";
import "./notices.js";

const desk = document.getElementById("desk");
const number = Number(desk?.dataset.number || 0);
const LOOK_EVERY = 20000;
const DRAFT_AFTER = 800;
const TYPING_ENDS = 7000;

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function post(url, values) {
  const body = values instanceof FormData ? values : new FormData();
  if (values !== body) for (const [name, value] of Object.entries(values)) body.append(name, value);
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": cookie("visavis_csrf"), "HX-Request": "true" }, keepalive: true });
}

// --- Live parts: at once the first time, then at most one reading in a while for what changes often.
/** A part that is read at once, or `rest` milliseconds after it was last read; the shortest rest asked for counts. */
function paced(name, usual) {
  let last = 0;
  let planned = 0;
  let due = Infinity;
  const read = () => {
    due = Infinity;
    last = Date.now();
    htmx.trigger(document.body, name);
  };
  return (rest = usual) => {
    const at = Math.max(Date.now(), last + rest);
    if (at >= due) return;
    due = at;
    clearTimeout(planned);
    planned = setTimeout(read, at - Date.now());
  };
}

const isShown = (selector) => Boolean(document.querySelector(selector));
/** What colleagues do changes only the counts of one's own list, which need not be read at each of their gestures. */
const later = () => (isShown('#desk-list[data-tab="mine"]') ? 5000 : 1000);
const readList = paced("desk-list", 300);
const readThread = paced("desk-thread", 250);
const readHead = paced("desk-head", 1000);
const readPerson = paced("desk-person", 1500);

function readAll() {
  readList();
  if (number) {
    readThread();
    readHead();
    readPerson();
  }
}

document.addEventListener("live", (event) => {
  const { type, number: which } = event.detail;
  if (type === "reload") return readAll();
  if (type === "gone") {
    if (which === number || which === 0) location.assign("/poste/");
    return undefined;
  }
  if (type === "customer" && number) readPerson();
  if (["conversation", "offer", "promise", "you"].includes(type)) {
    readList(["offer", "you"].includes(type) || isShown(`#row-${which}`) ? undefined : later());
    if (which === number) readOpen(type);
  }
  return undefined;
});

/** Something of the open conversation changed: what is on screen is read by the same token. */
function readOpen(type) {
  readThread();
  readHead();
  if (type !== "conversation") readPerson();
  if (!document.hidden) reads();
}

document.body.addEventListener("desk-refresh", () => {
  readThread();
  readHead();
  readList();
  readPerson();
});

// Whoever typed may have stopped without saying so.
let typingTimer = 0;
document.addEventListener("htmx:after:swap", () => {
  if (typingTimer || !isShown("#customer-types, #lookers [data-types]")) return;
  typingTimer = setTimeout(() => {
    typingTimer = 0;
    readThread();
    readHead();
  }, TYPING_ENDS);
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  readAll();
  reads();
});

// --- Drafts: on the server, and in this browser until the server has them.
const timers = new Map();

/** Words, people who were changed, and files: what is typed beside the words is kept with them. */
function kept(form, text, kind) {
  if (kind === "forward") {
    const all = new FormData(form); // nothing of it is proposed again by the page
    all.append("kind", kind);
    all.delete("upload");
    return all;
  }
  const body = new FormData();
  body.append("text", text);
  body.append("kind", kind);
  for (const field of form.querySelectorAll("[data-proposed]")) if (field.value !== field.dataset.proposed) body.append(field.name, field.value);
  for (const file of form.querySelectorAll("[name=file]")) if (file.type === "hidden" || file.checked) body.append("file", file.value);
  return body;
}

function keep(form) {
  const text = form.elements.text.value;
  const kind = form.dataset.kind;
  const local = `visavis-draft-${number}-${kind}`;
  localStorage.setItem(local, text);
  post(form.dataset.draft, kept(form, text, kind)).then((response) => {
    if (!response.ok) return;
    if (localStorage.getItem(local) === text) localStorage.removeItem(local);
    const state = document.getElementById("composer-state");
    if (state && text) state.textContent = form.dataset.saved;
  }, () => {}); // Kept in the browser: restored when the page is opened again.
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || !(event.target.name === "text" || "proposed" in event.target.dataset)) return;
  keepSoon(form);
  typing();
});

function keepSoon(form) {
  clearTimeout(timers.get(form.id));
  timers.set(form.id, setTimeout(() => keep(form), DRAFT_AFTER));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) clearTimeout(timers.get(form.id));
});

// It left: the field is empty again. What failed stays where it was typed.
document.body.addEventListener("desk-sent", (event) => {
  const form = document.getElementById(`${event.detail.kind}-form`);
  if (!form) return;
  localStorage.removeItem(`visavis-draft-${number}-${form.dataset.kind}`);
  form.elements.text.value = form.elements.text.defaultValue;
  if (form.id === "reply-form") {
    const given = document.getElementById("given");
    given.replaceChildren();
    given.hidden = true;
  }
  const state = document.getElementById("composer-state");
  if (state) state.textContent = "";
  document.getElementById("scroll")?.scrollTo({ top: 0 }); // reversed: its top is the latest message
});

function restore() {
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const kept = localStorage.getItem(`visavis-draft-${number}-${form.dataset.kind}`);
    if (kept && !form.elements.text.value) form.elements.text.value = kept;
  }
}

// --- Who looks, who types.
let typedAt = 0;

function look(values) {
  if (!number) return;
  post(desk.dataset.look, values).then((response) => (response.ok ? response.text() : "")).then((html) => {
    const source = new DOMParser().parseFromString(html, "text/html").getElementById("lookers-source");
    const place = document.getElementById("lookers");
    if (source && place && place.textContent.trim() !== source.textContent.trim()) place.replaceChildren(...source.childNodes);
  }, () => {});
}

// Taken back: the words are a draft again, which the server gives back to the field.
document.body.addEventListener("desk-back", async () => {
  readThread();
  const page = await fetch(location.href, { credentials: "same-origin" }).then((response) => response.text());
  const source = new DOMParser().parseFromString(page, "text/html");
  const field = document.getElementById("reply-text");
  const words = source.getElementById("reply-text");
  if (words && field) field.value = words.value; // with what one had begun since, which the server kept too
  for (const id of ["addresses", "given"]) {
    const part = source.getElementById(id);
    if (!part) continue;
    document.getElementById(id)?.replaceWith(document.adoptNode(part));
    if (id === "addresses") htmx.process(document.getElementById(id));
  }
  compose("reply");
});

/** What came while one looks is read. */
const reads = (() => {
  let timer = 0;
  return () => {
    if (!number || timer) return;
    timer = setTimeout(() => {
      timer = 0;
      look({ vu: "1" });
    }, 1500);
  };
})();

function typing() {
  if (Date.now() - typedAt < 3000) return;
  typedAt = Date.now();
  look({ ecrit: "1" });
}

if (number) {
  setInterval(() => document.hidden || look({}), LOOK_EVERY);
  addEventListener("pagehide", () => post(desk.dataset.look, { part: "1" }).catch(() => {}));
}

// --- Reply or note.
function compose(kind) {
  for (const button of document.querySelectorAll("[data-compose]")) {
    button.setAttribute("aria-pressed", String(button.dataset.compose === kind));
  }
  for (const form of document.querySelectorAll("form[data-draft]")) form.hidden = form.dataset.kind !== kind;
  document.getElementById(`${kind}-text`)?.focus();
}

/** On a narrow screen, or with nothing open, the key opens the conversation that is at hand, ready to write. */
function composeFrom(kind) {
  const row = currentRow();
  if (number) location.assign(`/poste/${number}/#${kind}`);
  else if (row) location.assign(`${row.href}#${kind}`);
}

const asked = location.hash.slice(1);
if (number && ["reply", "note"].includes(asked)) {
  history.replaceState(null, "", location.pathname + location.search);
  compose(asked);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-compose]");
  if (button) compose(button.dataset.compose);
  const remove = event.target.closest("[data-ungive]");
  if (remove) {
    const list = remove.closest("ul");
    remove.closest("li").remove();
    list.hidden = !list.children.length;
    keepSoon(document.getElementById("reply-form"));
  }
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented) return;
  if (event.key === "Escape" && event.target.matches?.("#reply-text, #note-text, #forward-text")) event.target.blur();
});

// --- Files given to a reply.
function line(file) {
  const item = document.createElement("li");
  item.className = "file";
  const name = document.createElement("span");
  name.className = "cut";
  name.textContent = file.name;
  const progress = document.createElement("progress");
  progress.max = file.size || 1;
  item.append(name, progress);
  return { item, progress };
}

function removal(input) {
  const remove = document.createElement("button");
  Object.assign(remove, { type: "button", className: "btn btn-quiet btn-small", textContent: input.dataset.remove });
  remove.dataset.ungive = "";
  return remove;
}

function give(file, input) {
  const list = document.getElementById("given");
  const { item, progress } = line(file);
  list.hidden = false;
  list.append(item);
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", file);
  request.upload.addEventListener("progress", (event) => { progress.value = event.loaded; });
  request.addEventListener("loadend", () => {
    progress.remove();
    const answer = request.status === 201 ? JSON.parse(request.responseText) : null;
    if (!answer) {
      let sentence = input.dataset.failed;
      try { sentence = JSON.parse(request.responseText).sentence || sentence; } catch { /* not JSON: our own sentence */ }
      const told = document.createElement("span");
      told.className = "field-error";
      told.append(icon("circle-alert"), sentence);
      item.append(told, removal(input));
      announce(sentence);
      return;
    }
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "file", value: answer.id });
    item.append(hidden, removal(input));
    keepSoon(document.getElementById("reply-form"));
  });
  request.open("POST", input.dataset.url);
  request.setRequestHeader("X-CSRFToken", cookie("visavis_csrf"));
  request.setRequestHeader("Accept", "application/json");
  request.send(body);
}

document.addEventListener("change", (event) => {
  if (event.target.id !== "give") return;
  for (const file of event.target.files) give(file, event.target);
  event.target.value = "";
});

// --- Keys of the list.
const rowsShown = () => [...document.querySelectorAll(".pane-list a.row")];

/** The row one is on: the one with the focus, else the open one, else the first. */
function currentRow() {
  const rows = rowsShown();
  return rows.find((row) => row === document.activeElement) ?? rows.find((row) => row.getAttribute("aria-current")) ?? rows[0];
}

function step(by) {
  const rows = rowsShown();
  const isPlaced = rows.includes(document.activeElement) || rows.some((row) => row.getAttribute("aria-current"));
  const next = isPlaced ? rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(currentRow()) + by))] : rows[0];
  next?.focus();
}

/** Close what is open, one thing at a time: a popover, then the conversation. */
function close() {
  const popover = document.querySelector(":popover-open");
  if (popover) {
    popover.hidePopover();
    return;
  }
  if (!number) return;
  const tab = desk.querySelector("#desk-list")?.dataset.tab ?? "mine";
  location.assign(`/poste/?onglet=${tab}#row-${number}`);
}

const words = document.getElementById("desk-words")?.dataset ?? {};
shortcut("j", words.next ?? "", () => step(1));
shortcut("k", words.previous ?? "", () => step(-1));
shortcut("Enter", words.open ?? "", () => currentRow()?.click());
shortcut("Escape", words.close ?? "", close);
shortcut("r", words.reply ?? "", () => composeFrom("reply"));
shortcut("n", words.note ?? "", () => composeFrom("note"));

if (!number && asked.startsWith("row-")) document.getElementById(asked)?.focus();
restore();
// On a narrow screen the page itself scrolls: it opens, as elsewhere, on the latest message.
if (number && desk.dataset.pane === "main" && matchMedia("(max-width: 1099px)").matches && !new URLSearchParams(location.search).has("avant")) {
  requestAnimationFrame(() => scrollTo(0, document.documentElement.scrollHeight));
}
