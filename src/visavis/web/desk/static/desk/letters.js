// Letters: their layout gets the height that it needs, and images from afar come when one asks for them.
import { announce } from "../design/shell.js";

const TALLEST = 6000; // pixels; beyond that the frame scrolls
const watched = new WeakSet();
const asked = new Set(); // the frames whose images one asked for: the thread may be read again meanwhile

/** The frame is ours and runs no script: what it holds can be measured. */
function fit(frame) {
  const page = frame.contentDocument;
  if (!page?.body || page.location.href === "about:blank") return;
  const measure = () => {
    const needed = Math.ceil(page.body.getBoundingClientRect().height) + 16; // room for its own scroll bar
    frame.style.height = `${Math.min(TALLEST, Math.max(60, needed))}px`;
  };
  measure();
  if (watched.has(page)) return;
  watched.add(page);
  new ResizeObserver(measure).observe(page.body);
}

function hideAsked() {
  for (const name of asked) document.querySelector(`a[data-images][target="${name}"]`)?.closest(".letter-images")?.setAttribute("hidden", "");
}

if (!globalThis.visavisLetters) {
  globalThis.visavisLetters = true; // the same file may be loaded under its hashed and its plain name
  document.addEventListener("load", (event) => {
    if (event.target.matches?.("iframe.letter-paper")) fit(event.target);
  }, true);
  for (const frame of document.querySelectorAll("iframe.letter-paper")) fit(frame);
  document.addEventListener("htmx:after:swap", hideAsked);
  // The link leads into the frame; what it said is done then.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-images]");
    if (!link) return;
    const frame = document.getElementById(link.target);
    frame?.addEventListener("load", () => {
      asked.add(link.target);
      hideAsked();
      frame.focus();
      announce(link.dataset.images);
    }, { once: true });
  });
}
