/* The shell of every page: keys, toasts, announcements, theme, menus, popovers, dialogs.
   Everything here improves links, forms and buttons that work without it. Sentences come from <template id="shell-words">. */

// One state however many times the module is evaluated (a hashed and a plain address of the same file are two modules).
const shared = (globalThis.visavis ??= { shortcuts: new Map(), prefix: "", prefixTimer: 0, started: false });
export const words = document.getElementById("shell-words")?.dataset ?? {};

/** The sentence with its {names} filled in. */
export const filled = (sentence, values) => (sentence ?? "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** An icon of the sprite, decorative. */
export function icon(name, classes = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", `icon ${classes}`.trim());
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${words.sprite}#${name}`);
  svg.append(use);
  return svg;
}

// --- Announcements: polite, grouped, said once ----------------------------------------------------------------

const toSay = [];
let sayTimer = 0;

/** Say it to those who listen to the page rather than see it. */
export function announce(text) {
  if (!toSay.includes(text)) toSay.push(text);
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => {
    const voice = document.getElementById("voice");
    if (!voice) return;
    voice.textContent = "";
    requestAnimationFrame(() => (voice.textContent = toSay.splice(0).join(" ")));
  }, 200);
}

// --- Toasts: ten seconds, « Annuler », and time stops while one looks at it -------------------------------------

/** Show a sentence; `undo` is a function, or an address that a POST undoes. Gives back what closes it. */
export function toast({ text, undo = null, seconds = 10, sign = "check" }) {
  const box = document.createElement("div");
  box.className = "toast";
  const sentence = document.createElement("p");
  sentence.textContent = text;
  box.append(icon(sign), sentence);
  let timer = 0;
  const close = () => { clearTimeout(timer); box.remove(); };
  const wait = () => { clearTimeout(timer); timer = setTimeout(close, seconds * 1000); };
  if (undo) box.append(button(words.undo, () => { close(); typeof undo === "function" ? undo() : post(undo); }));
  const closing = button("", close);
  closing.className = "toast-close";
  closing.setAttribute("aria-label", words.close);
  closing.append(icon("x"));
  box.append(closing);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", wait);
  box.addEventListener("focusin", () => clearTimeout(timer));
  box.addEventListener("focusout", wait);
  box.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.getElementById("toasts")?.append(box);
  announce(text);
  wait();
  return close;
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

/** POST without a form: through htmx, so that the answer's toasts and events are heard too. */
export function post(url, values = {}) {
  return globalThis.htmx?.ajax("POST", url, { source: document.body, swap: "none", values });
}

// --- Keys -------------------------------------------------------------------------------------------------------

/** A key, or two one after the other ("g p"), does this. The label goes to the list of « ? ». */
export function shortcut(keys, label, act) {
  shared.shortcuts.set(keys, { label, act });
}

const isWriting = (element) =>
  element?.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
const isShown = (element) => element.checkVisibility?.({ visibilityProperty: true }) ?? true;
const inReach = (element) => {
  const modal = document.querySelector("dialog:modal");
  return isShown(element) && (!modal || modal.contains(element));
};
const keyed = (keys) => [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)].find(inReach);

function actOn(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

/** What those keys do now: an element of the page first, then what a script registered. */
function meaning(keys) {
  const element = keyed(keys);
  if (element) return () => actOn(element);
  if (document.querySelector("dialog:modal")) return null;
  return shared.shortcuts.get(keys)?.act ?? null;
}

function isPrefix(key) {
  const all = [...shared.shortcuts.keys(), ...[...document.querySelectorAll("[data-key]")].map((e) => e.dataset.key)];
  return all.some((keys) => keys.startsWith(`${key} `));
}

function onKey(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return sendWriting(event);
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
  if (document.body.dataset.shortcuts === "off") return;
  if ((event.key === "Enter" || event.key === " ") && event.target.closest?.("a, button, summary, label, input")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const keys = shared.prefix ? `${shared.prefix} ${key}` : key;
  shared.prefix = "";
  clearTimeout(shared.prefixTimer);
  const act = meaning(keys);
  if (act) {
    event.preventDefault();
    act(event);
  } else if (keys === key && isPrefix(key)) {
    shared.prefix = key;
    shared.prefixTimer = setTimeout(() => (shared.prefix = ""), 1200);
  }
}

function sendWriting(event) {
  const form = event.target.closest?.("textarea")?.form;
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("[type=submit].btn-main, button.btn-main") ?? undefined);
}

function labelOf(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, .count, svg, .sr-only").forEach((part) => part.remove());
  return element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? copy.textContent.trim();
}

function keysAsElements(keys) {
  const names = { " ": words.space, Enter: words.enter, Escape: words.escape };
  const parts = keys === " " ? [" "] : keys.split(/[ +]/);
  const between = keys.includes("+") ? " + " : ` ${words.then} `;
  return parts.flatMap((part, place) => {
    const key = document.createElement("kbd");
    key.textContent = names[part] ?? (part.length === 1 ? part.toUpperCase() : part);
    return place ? [between, key] : [key];
  });
}

function listKeys() {
  const found = new Map([["?", words.allKeys]]);
  for (const [keys, { label }] of shared.shortcuts) found.set(keys, label);
  for (const element of document.querySelectorAll("[data-key]")) {
    if (!found.has(element.dataset.key)) found.set(element.dataset.key, labelOf(element));
  }
  if (document.querySelector("form textarea")) found.set("Ctrl+Enter", words.send);
  const rows = [...found].filter(([, label]) => label).flatMap(([keys, label]) => {
    const term = document.createElement("dt");
    const meaning = document.createElement("dd");
    term.append(...keysAsElements(keys));
    meaning.textContent = label;
    return [term, meaning];
  });
  document.getElementById("keys-list")?.replaceChildren(...rows);
}

// --- Copying --------------------------------------------------------------------------------------------------------

const JOINER = "\u2060"; // keeps « e-mail » on one line

/** What is copied is what one reads, without the sign that only holds a word together. */
function onCopy(event) {
  const text = String(getSelection());
  if (!text.includes(JOINER) || event.target.closest?.("input, textarea")) return;
  event.clipboardData.setData("text/plain", text.replaceAll(JOINER, ""));
  event.preventDefault();
}

// --- Dialogs ------------------------------------------------------------------------------------------------------

function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  if (id === "keys") listKeys();
  dialog.showModal();
  // One opens it to write there: not the cross that closes it, which comes first.
  dialog.querySelector("form :is(input:not([type=hidden]), select, textarea)")?.focus();
}

function onClick(event) {
  const target = event.target;
  const opener = target.closest("[data-dialog]");
  if (opener) { closeMenus(); return openDialog(opener.dataset.dialog); }
  const closer = target.closest("[data-close]");
  if (closer) { closer.closest("dialog")?.close(); closer.closest("[popover]")?.hidePopover(); return; }
  if (target.matches("dialog:modal") && !inside(target, event)) return target.close();
  const themed = target.closest("[data-set-theme]");
  if (themed) return setTheme(themed.dataset.setTheme);
  if (target.closest("[aria-disabled=true]")) event.preventDefault();
  const described = target.closest("[data-popover]");
  if (described) togglePopover(described);
  closeMenus(target.closest("details.menu"));
}

function inside(box, { clientX, clientY }) {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

// --- Menus: a <details> with arrows, Home, End and Escape -----------------------------------------------------------

const menuItems = (menu) => [...menu.querySelectorAll(".menu-item, .menu-list input")].filter(isShown);

function closeMenus(except = null) {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  });
}

function onMenuKey(event) {
  const menu = event.target.closest?.("details.menu");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
    return;
  }
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) || isWriting(event.target)) return;
  event.preventDefault();
  menu.open = true;
  const items = menuItems(menu);
  const here = items.indexOf(document.activeElement);
  const last = items.length - 1;
  const places = { ArrowDown: here < last ? here + 1 : 0, ArrowUp: here > 0 ? here - 1 : last, Home: 0, End: last };
  items[places[event.key]]?.focus();
}

function onFocusOut(event) {
  const menu = event.target.closest?.("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
}

// --- Popovers: by click everywhere; [data-popover] also by hover and focus, hoverable, closed by Escape ---------------

let hoverTimer = 0;
const popoverOf = (opener) => document.getElementById(opener?.dataset.popover ?? opener?.getAttribute("popovertarget") ?? "");
const openerOf = (popover) => document.querySelector(`[popovertarget="${popover.id}"], [data-popover="${popover.id}"]`);

function togglePopover(opener) {
  clearTimeout(hoverTimer);
  const popover = popoverOf(opener);
  if (!popover) return;
  // A click follows the hover that has just opened it, or the press that has just closed it: neither is undone.
  if (performance.now() - (popover.turnedAt ?? -1000) > 400) popover.togglePopover();
}

function show(popover) {
  if (popover?.isConnected && !popover.matches(":popover-open")) popover.showPopover();
}

function hide(popover) {
  if (popover?.isConnected && popover.matches(":popover-open")) popover.hidePopover();
}

function onHover(event) {
  if (event.pointerType === "touch") return;
  const opener = event.target.closest?.("[data-popover]");
  const popover = event.target.closest?.("[popover]");
  if (opener) { clearTimeout(hoverTimer); hoverTimer = setTimeout(() => show(popoverOf(opener)), 150); }
  else if (popover) clearTimeout(hoverTimer);
  else if (document.querySelector("[popover]:popover-open")) { clearTimeout(hoverTimer); hoverTimer = setTimeout(hideHovered, 250); }
}

function hideHovered() {
  document.querySelectorAll("[popover]:popover-open").forEach((popover) => {
    const opener = openerOf(popover);
    const kept = popover.contains(document.activeElement) || opener === document.activeElement;
    if (opener?.hasAttribute("data-popover") && !kept && !opener.hasAttribute("data-sticky")) hide(popover);
  });
}

function onFocusIn(event) {
  const opener = event.target.closest?.("[data-popover]");
  if (opener?.matches(":focus-visible")) return show(popoverOf(opener));
  document.querySelectorAll("[popover]:popover-open").forEach((popover) => {
    const mine = openerOf(popover);
    if (mine?.hasAttribute("data-popover") && !popover.contains(event.target) && mine !== event.target) hide(popover);
  });
}

/** Beside its button, inside the window; the beak points at the button. Set through the CSSOM: the policy allows it. */
export function place(popover) {
  const opener = openerOf(popover);
  if (!opener || !popover.classList.contains("popover")) return;
  const from = opener.getBoundingClientRect();
  const size = popover.getBoundingClientRect();
  const middle = from.left + Math.min(from.width / 2, 160);
  const left = Math.max(12, Math.min(middle - Math.min(72, size.width / 2), innerWidth - size.width - 12));
  const fits = from.bottom + 10 + size.height <= innerHeight || from.top < size.height + 10;
  popover.classList.toggle("popover-above", !fits);
  popover.style.left = `${Math.round(left)}px`;
  popover.style.top = `${Math.round(fits ? from.bottom + 10 : from.top - size.height - 10)}px`;
  popover.style.setProperty("--beak", `${Math.round(Math.max(16, Math.min(middle - left, size.width - 16)))}px`);
}

function onToggle(event) {
  if (!event.target.matches?.("[popover]")) return;
  const isOpen = event.newState === "open";
  event.target.turnedAt = performance.now();
  openerOf(event.target)?.setAttribute("aria-expanded", String(isOpen));
  if (isOpen) place(event.target);
}

// --- Theme, minutes, answers that failed -------------------------------------------------------------------------------

function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const life = theme ? 31536000 : 0;
  document.cookie = `theme=${theme};path=/;max-age=${life};samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
  markTheme();
  document.dispatchEvent(new CustomEvent("theme", { detail: { theme } }));
}

function markTheme() {
  const theme = document.documentElement.dataset.theme ?? "";
  document.querySelectorAll("[data-set-theme]").forEach((choice) =>
    choice.setAttribute("aria-pressed", String(choice.dataset.setTheme === theme)));
}

function onFailure(event) {
  const status = event.detail?.ctx?.response?.status ?? 0;
  if (status === 422) return;
  const sentences = { 401: words.signedOut, 403: words.signedOut, 404: words.notThere, 429: words.tooMany };
  toast({ text: sentences[status] ?? words.notSent, sign: "triangle-alert", seconds: 20 });
}

/** Once a minute, on the minute of the clock: what tells « depuis 3 min » may be asked again (hx-trigger="minute from:document"). */
function eachMinute() {
  setTimeout(() => { document.dispatchEvent(new CustomEvent("minute")); eachMinute(); }, 60_000 - (Date.now() % 60_000) + 50);
}

function start() {
  document.addEventListener("keydown", onMenuKey);
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("focusout", onFocusOut);
  document.addEventListener("focusin", onFocusIn);
  document.addEventListener("pointerover", onHover);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("copy", onCopy);
  document.addEventListener("toast", (event) => toast(event.detail));
  document.addEventListener("htmx:response:error", onFailure);
  document.addEventListener("htmx:error", (event) => event.detail?.ctx && !event.detail.ctx.response && onFailure(event));
  addEventListener("resize", () => document.querySelectorAll("[popover]:popover-open").forEach(place));
  document.addEventListener("scroll", () => document.querySelectorAll("[popover]:popover-open").forEach(place), { capture: true, passive: true });
  shortcut("?", words.allKeys, () => openDialog("keys"));
  markTheme();
  eachMinute();
  // Toasts that the page brought with it leave too.
  document.querySelectorAll("#toasts > .toast").forEach((box) => {
    const text = box.textContent.trim();
    box.remove();
    toast({ text });
  });
}

if (!shared.started) {
  shared.started = true;
  start();
}
