/* The live stream: one per browser, shared by its tabs.

   One tab holds a lock and reads the stream; it tells the others through a BroadcastChannel, and when it closes
   another takes over from the last position. The stream is text/event-stream, read with fetch: an EventSource has no
   way to hear events of every name, nor to know that it was refused, nor to notice that a sleeping network is dead.

   On each event the document hears `live` {type, number, position} and `live-<type>`. `reload`: more was missed than
   can be told, read again. `gone`: the thing is no longer there for this reader. News may be told twice, never lost:
   whoever listens asks the server what is true now. */

import { announce, filled, words } from "./shell.js";

const address = document.body.dataset.stream;
const SILENCE = 45_000; // the server breathes every 15 s
const SHOWN_AFTER = 5_000;
const KEPT = 300;

const readAt = Number(document.body.dataset.position ?? 0); // where this page was read in the journal, if it says so
const state = {
  position: document.body.dataset.position ?? remembered(), // where the stream is: it resumes from there
  seenAt: Date.now(), // the last sign of life
  cutAt: 0,
  isEnded: false,
  recent: [], // what the leader told lately, for tabs that open
};
let leads = false;
const tabs = new BroadcastChannel("visavis-live");
const here = crypto.randomUUID?.() ?? String(Math.random());

/* The browser remembers where it was: between two pages nothing is missed, and what is told again does no harm. */
function remembered() {
  try { return localStorage.getItem("visavis-position") ?? ""; } catch { return ""; }
}

function remember(position) {
  state.position = position;
  try { if (leads) localStorage.setItem("visavis-position", position); } catch { /* private window: only this page knows */ }
}

// --- What every tab does ------------------------------------------------------------------------------------------

function hear({ type, content }) {
  if (content.position && content.position <= readAt) return; // already on the page
  const detail = { ...content, type };
  document.dispatchEvent(new CustomEvent("live", { detail }));
  document.dispatchEvent(new CustomEvent(`live-${type}`, { detail }));
}

function becomes({ isOn, seenAt, isEnded = false }) {
  const wasCut = state.cutAt > 0 && Boolean(document.querySelector("#band .band"));
  state.seenAt = seenAt;
  state.isEnded = isEnded;
  state.cutAt = isOn ? 0 : state.cutAt || seenAt;
  document.documentElement.dataset.live = isOn ? "on" : "off";
  if (isOn && wasCut) announce(words.back);
  showBand();
}

/** « Le direct est coupé depuis 20 s. Les chiffres datent de 10 h 42. Nous réessayons. » */
function showBand() {
  const place = document.getElementById("band");
  if (!place) return;
  const length = Date.now() - state.cutAt;
  if (!state.cutAt || length < SHOWN_AFTER) return place.replaceChildren();
  const band = place.querySelector(".band") ?? made(place);
  const [first, rest] = state.isEnded ? [words.signedOut, ""] : [cutSince(length), datedFrom(state.seenAt)];
  band.querySelector("strong").textContent = first;
  band.querySelector("span").textContent = rest;
}

function made(place) {
  const band = document.createElement("p");
  band.className = "band";
  const text = document.createElement("span");
  band.append(document.createElement("strong"), " ", text);
  place.replaceChildren(band);
  announce(`${cutSince(SHOWN_AFTER)} ${datedFrom(state.seenAt)}`);
  return band;
}

function cutSince(length) {
  const seconds = Math.round(length / 1000);
  // By steps of five seconds: a figure that runs is a figure one watches.
  const told = seconds < 60 ? filled(words.cutSeconds, { count: seconds - (seconds % 5) }) : filled(words.cutMinutes, { count: Math.floor(seconds / 60) });
  return filled(words.cut, { length: told });
}

function datedFrom(at) {
  // The clock of the page, not that of the computer: an adviser in Cotonou may read figures told in Paris time.
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", timeZone: words.zone || undefined });
  const { hour, minute } = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  const told = filled(words.time, { hour: Number(hour), minute });
  return filled(words.cutRest, { time: told });
}

// --- What the leader does -------------------------------------------------------------------------------------------

const pause = (delay) => new Promise((resolve) => {
  const timer = setTimeout(resolve, delay);
  const now = () => { clearTimeout(timer); resolve(); };
  addEventListener("online", now, { once: true });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && now(), { once: true });
});

function take(message) {
  if (message.kind === "event") hear(message);
  else if (message.kind === "mark") remember(message.position);
  else becomes(message);
}

function tell(message) {
  tabs.postMessage(message);
  take(message);
}

function news(type, content) {
  const message = { kind: "event", type, content, at: Date.now() };
  state.recent.push(message);
  if (state.recent.length > KEPT) state.recent.shift();
  tell(message);
}

/** Read the stream for ever: at each cut, wait a little longer and never in step with the other browsers. */
async function lead() {
  leads = true;
  let failures = 0;
  let wait = 1000;
  while (!state.isEnded) {
    try {
      await read((retry) => { failures = 0; wait = retry ?? wait; });
    } catch (cut) {
      if (cut.isRefusal) return tell({ kind: "state", isOn: false, seenAt: state.seenAt, isEnded: true });
    }
    failures += 1;
    tell({ kind: "state", isOn: false, seenAt: state.seenAt });
    await pause(Math.min(30_000, wait * 2 ** Math.min(failures - 1, 5)) * (0.5 + Math.random()));
  }
}

async function read(alive) {
  const control = new AbortController();
  const watch = setInterval(() => Date.now() - state.seenAt > SILENCE && control.abort(), 5_000);
  state.seenAt = Math.max(state.seenAt, Date.now() - SILENCE / 2);
  try {
    const headers = { Accept: "text/event-stream", ...(state.position && { "Last-Event-ID": state.position }) };
    const response = await fetch(address, { headers, cache: "no-store", credentials: "same-origin", redirect: "manual", signal: control.signal });
    if ([401, 403, 404].includes(response.status) || response.type === "opaqueredirect") throw Object.assign(new Error(), { isRefusal: true });
    if (!response.ok) throw new Error(String(response.status));
    tell({ kind: "state", isOn: true, seenAt: Date.now() });
    alive();
    if (!state.position) news("reload", {}); // a browser that was never here: what came while its page loaded is unknown
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      state.seenAt = Date.now();
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop();
      blocks.forEach((block) => understand(block, alive));
    }
  } finally {
    clearInterval(watch);
    control.abort();
  }
}

function understand(block, alive) {
  const fields = { event: "message", data: "", id: "" };
  for (const line of block.split("\n")) {
    const [, name, value] = line.match(/^(event|data|id|retry): ?(.*)$/) ?? [];
    if (name === "data") fields.data += (fields.data && "\n") + value;
    else if (name) fields[name] = value;
  }
  if (fields.retry) alive(Number(fields.retry));
  if (fields.data) news(fields.event, parsed(fields.data));
  if (fields.id) tell({ kind: "mark", position: fields.id });
}

function parsed(data) {
  try {
    const content = JSON.parse(data);
    return typeof content === "object" && content ? content : { content };
  } catch {
    return { content: data };
  }
}

/** A tab that opens says since when: it is told what came while its page was on its way, or to read again. */
function welcome({ from, since }) {
  tabs.postMessage({ kind: "state", isOn: !state.cutAt, seenAt: state.seenAt, isEnded: state.isEnded, to: from });
  const missed = state.recent.filter(({ at }) => at >= since);
  const isWhole = missed.length < KEPT;
  const answers = isWhole ? missed : [{ kind: "event", type: "reload", content: {} }];
  answers.forEach((event) => tabs.postMessage({ ...event, to: from }));
  tabs.postMessage({ kind: "mark", position: state.position, to: from });
}

tabs.addEventListener("message", ({ data }) => {
  if (data.to && data.to !== here) return;
  if (data.kind === "hello") return leads && welcome(data);
  take(data);
});
setInterval(() => state.cutAt && showBand(), 1000);
addEventListener("pageshow", (event) => event.persisted && hear({ type: "reload", content: {} }));

if (address) {
  tabs.postMessage({ kind: "hello", from: here, since: performance.timeOrigin });
  // Locks need https or localhost; elsewhere each tab reads for itself.
  if (navigator.locks) navigator.locks.request("visavis-live", lead);
  else lead();
}
