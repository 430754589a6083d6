// Mon poste: drafts kept while one types, files, who looks, keys, and live parts that read themselves again.
import { announce, shortcut } from "../design/shell.js";

const desk = document.getElementById("desk");
const number = Number(desk?.dataset.number || 0);
const LOOK_EVERY = 20000;
const DRAFT_AFTER = 800;

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function post(url, values) {
  const body = new FormData();
  for (const [name, value] of Object.entries(values)) body.append(name, value);
  return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": cookie("visavis_csrf"), "HX-Request": "true" }, keepalive: true });
}

// --- Live parts: at once the first time, then at most one reading a second for what changes often.
function throttled(name, wait) {
  let last = 0;
  let planned = 0;
  return () => {
    const left = last + wait - Date.now();
    if (left <= 0) {
      last = Date.now();
      htmx.trigger(document.body, name);
    } else if (!planned) {
      planned = setTimeout(() => {
        planned = 0;
        last = Date.now();
        htmx.trigger(document.body, name);
      }, left);
    }
  };
}

const readList = throttled("desk-list", 1000);
const readThread = throttled("desk-thread", 250);
const readPerson = throttled("desk-person", 1500);

function readAll() {
  readList();
  if (number) {
    readThread();
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
  if (["conversation", "offer", "promise", "you"].includes(type)) {
    readList();
    if (which === number) {
      readThread();
      if (type !== "conversation") readPerson();
    }
    if (type === "offer" || type === "you") call(which);
  }
  return undefined;
});

document.body.addEventListener("desk-refresh", () => {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  htmx.ajax("GET", location.href, { target: "#conversation", select: "#conversation", swap: "outerMorph" });
  readList();
  readPerson();
});

// --- When the tab is hidden: the title counts, a notification and a sound if the person chose them.
let unseen = 0;
const title = document.title;

function call(which) {
  if (!document.hidden) return;
  unseen += 1;
  document.title = `(${unseen}) ${title}`;
  if (desk.dataset.notify === "on" && "Notification" in window && Notification.permission === "granted") {
    const shown = new Notification(desk.dataset.notice, { tag: `conversation-${which}` });
    shown.addEventListener("click", () => {
      window.focus();
      if (which) location.assign(`/poste/${which}/`);
    });
  }
  if (desk.dataset.sound === "on") ring();
}

function ring() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + 0.4);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.4);
  tone.addEventListener("ended", () => audio.close());
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unseen = 0;
  document.title = title;
  readAll();
});

// --- Drafts: on the server, and in this browser until the server has them.
const timers = new Map();

function keep(form) {
  const text = form.elements.text.value;
  const kind = form.dataset.kind;
  const local = `visavis-draft-${number}-${kind}`;
  localStorage.setItem(local, text);
  post(form.dataset.draft, { text, kind }).then((response) => {
    if (!response.ok) return;
    if (localStorage.getItem(local) === text) localStorage.removeItem(local);
    const state = document.getElementById("composer-state");
    if (state && text) state.textContent = form.dataset.saved;
  }, () => {}); // Kept in the browser: restored when the page is opened again.
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form || event.target.name !== "text") return;
  clearTimeout(timers.get(form.id));
  timers.set(form.id, setTimeout(() => keep(form), DRAFT_AFTER));
  typing();
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (form) {
    clearTimeout(timers.get(form.id));
    localStorage.removeItem(`visavis-draft-${number}-${form.dataset.kind}`);
  }
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

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-compose]");
  if (button) compose(button.dataset.compose);
  const remove = event.target.closest("[data-ungive]");
  if (remove) {
    const list = remove.closest("ul");
    remove.closest("li").remove();
    list.hidden = !list.children.length;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.("form[data-draft]");
    if (form) {
      event.preventDefault();
      form.requestSubmit();
    }
  }
  if (event.key === "Escape" && event.target.matches?.("#reply-text, #note-text")) event.target.blur();
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
      item.append(` ${sentence}`);
      announce(sentence);
      return;
    }
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: "file", value: answer.id });
    const remove = document.createElement("button");
    Object.assign(remove, { type: "button", className: "btn btn-quiet btn-small", textContent: input.dataset.remove });
    remove.dataset.ungive = "";
    item.append(hidden, remove);
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
function step(by) {
  const rows = [...document.querySelectorAll(".pane-list a.row")];
  const at = rows.findIndex((row) => row === document.activeElement);
  const open = rows.findIndex((row) => row.getAttribute("aria-current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, (at >= 0 ? at : open) + by))];
  next?.focus();
}

const words = document.getElementById("desk-words")?.dataset ?? {};
shortcut("j", words.next ?? "", () => step(1));
shortcut("k", words.previous ?? "", () => step(-1));

restore();
