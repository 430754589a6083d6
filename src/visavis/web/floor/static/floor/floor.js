/* Le plateau: each part reads itself again when something of its own changed, and rests the more the longer that took.

   Cut, it keeps its figures and says of when they are; hidden, it waits until it is seen. */
import { filled } from "../design/shell.js";

const ALL = ["queues", "waiting", "team", "promises"];
const PARTS = {
  presence: ["team"],
  people: ["team"],
  conversation: ["queues", "waiting", "team"],
  offer: ["queues", "waiting", "team"],
  promise: ["promises"],
  reload: ALL,
};
const SHORTEST = 1000;
const LONGEST = 5000;
const REST = 10; // times what the last reading took: a busy server is asked less
const STEP = 5; // seconds: a figure that runs is a figure one watches
const clocks = Object.fromEntries(ALL.map((part) => [part, { planned: 0, isStale: false, sentAt: 0, nextAt: 0 }]));
let last = Date.now();

const isCut = () => document.documentElement.dataset.live === "off";

function read(part) {
  const clock = clocks[part];
  clock.planned = 0;
  if (document.hidden || isCut()) {
    clock.isStale = true;
    return;
  }
  clock.isStale = false;
  clock.sentAt = Date.now();
  clock.nextAt = clock.sentAt + 30_000; // until it is answered
  htmx.trigger(document.body, `floor-${part}`);
}

function plan(part) {
  const clock = clocks[part];
  if (!clock.planned) clock.planned = setTimeout(read, Math.max(0, clock.nextAt - Date.now()), part);
}

document.addEventListener("live", (event) => (PARTS[event.detail.type] ?? []).forEach(plan));

// What became stale meanwhile is read as soon as it can be.
const catchUp = () => ALL.filter((part) => clocks[part].isStale).forEach(plan);
document.addEventListener("visibilitychange", catchUp);

document.addEventListener("htmx:finally:request", (event) => {
  const part = event.target.id?.replace("floor-", "");
  const clock = clocks[part];
  if (!clock?.sentAt) return;
  const took = Date.now() - clock.sentAt;
  clock.sentAt = 0;
  clock.nextAt = Date.now() + Math.min(LONGEST, Math.max(SHORTEST, REST * took));
  if (clock.planned) {
    clearTimeout(clock.planned);
    clock.planned = 0;
    plan(part);
  }
});

/** « En direct, il y a 5 s », or since when the figures stand. */
function tell() {
  const place = document.getElementById("fresh");
  const figures = document.getElementById("floor-queues")?.dataset;
  if (!place || !figures) return;
  const length = Math.floor((Date.now() - last) / 1000 / STEP) * STEP;
  const { just, ago, cut } = place.dataset;
  const told = isCut() ? filled(cut, { time: figures.clock }) : length ? filled(ago, { count: length }) : just;
  const words = place.querySelector("span");
  if (words.textContent !== told) words.textContent = told;
  document.getElementById("floor-at").textContent = figures.at;
  place.hidden = false;
}

document.addEventListener("htmx:after:swap", () => {
  last = Date.now();
  tell();
});
setInterval(() => {
  if (!isCut()) catchUp();
  tell();
}, 1000);
setInterval(() => ALL.forEach(plan), 30_000); // Waits grow without any event.
tell();
