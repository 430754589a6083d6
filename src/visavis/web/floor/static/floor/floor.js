// Le plateau: the living part reads itself again, at once and then at most once a second; cut, it keeps its figures.
import { filled } from "../design/shell.js";

const KINDS = ["floor", "conversation", "offer", "presence", "promise", "people", "reload"];
const STEP = 5; // seconds: a figure that runs is a figure one watches
let last = Date.now();
let planned = 0;

const isCut = () => document.documentElement.dataset.live === "off";

function read() {
  planned = 0;
  if (isCut()) return plan(2000);
  last = Date.now();
  return htmx.trigger(document.body, "floor-read");
}

function plan(wait) {
  if (!planned) planned = setTimeout(read, wait);
}

document.addEventListener("live", (event) => {
  if (KINDS.includes(event.detail.type)) plan(Math.max(0, last + 1000 - Date.now()));
});

/** « En direct, il y a 5 s », or since when the figures stand. */
function tell() {
  const place = document.getElementById("fresh");
  if (!place) return;
  const length = Math.floor((Date.now() - last) / 1000 / STEP) * STEP;
  const { just, ago, cut, time } = place.dataset;
  const told = isCut() ? filled(cut, { time }) : length ? filled(ago, { count: length }) : just;
  const words = place.querySelector("span");
  if (words.textContent !== told) words.textContent = told;
  place.hidden = false;
}

// A menu that is open stays so while the figures change.
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details")) event.target.toggleAttribute("hx-morph-skip", event.target.open);
}, true);
document.addEventListener("htmx:after:swap", tell);
setInterval(tell, 1000);
setInterval(() => plan(0), 30000); // Waits grow without any event.
tell();
