// The door on the brand's page: finds its own script tag, picks the language, puts one element at the end of the body.
import { Chat } from "./chat.js";
import { words } from "./words.js";

const NAME = "visavis-chat";
const tag = document.currentScript || document.querySelector("script[data-brand][src*='/widget.js']");

/** Language of the tag, of the page, of the browser: the first one that we speak. */
function spoken() {
  const asked = [tag.dataset.lang, document.documentElement.lang, ...(navigator.languages || [])];
  const known = asked.map((code) => String(code || "").slice(0, 2).toLowerCase()).find((code) => words[code]);
  return known || "fr";
}

function appear() {
  const chat = document.createElement(NAME);
  chat.setUp({
    house: new URL(tag.src, location.href).origin,
    brand: tag.dataset.brand,
    language: spoken(),
    side: tag.dataset.side,
    theme: tag.dataset.theme,
  });
  document.body.append(chat);
}

if (tag && tag.dataset.brand && !customElements.get(NAME)) {
  customElements.define(NAME, Chat);
  if (document.body) appear();
  else addEventListener("DOMContentLoaded", appear);
}
