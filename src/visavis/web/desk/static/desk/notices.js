/* When the tab is hidden: the title counts, and a notification and a sound come if the person chose them.

   What is new is what the list says is unread (data-news), so that one's own doings, and what a colleague notes, call
   nobody. Several tabs say it once between them; when one of them is on screen, none does: what came is seen there. */

const desk = document.getElementById("desk");
const title = document.title;
const BETWEEN_SOUNDS = 60_000;
const KEPT = 200;
let before = new Set(); // what was unread as the tab was hidden: no news

const list = () => document.getElementById("desk-list");
const unread = () => (list()?.dataset.news ?? "").split(" ").filter(Boolean); // "conversation:message"
const conversationOf = (news) => news.split(":")[0];

function look() {
  const news = document.hidden ? unread().filter((one) => !before.has(one)) : [];
  const count = new Set(news.map(conversationOf)).size;
  document.title = count ? `(${count}) ${title}` : title;
  if (news.length) alone(() => tell(news));
}

document.addEventListener("visibilitychange", () => {
  before = new Set(unread());
  look();
  if (!document.hidden) stay();
});
document.addEventListener("htmx:after:swap", look);

// --- Once between all tabs. Locks need https or localhost; elsewhere tabs may at worst speak together.
const alone = (act) => (navigator.locks ? navigator.locks.request("visavis-tell", act) : act());

/** As long as this tab is on screen, those that are hidden know it. */
function stay() {
  navigator.locks?.request("visavis-desk-seen", { mode: "shared" }, () => new Promise((leave) => {
    document.addEventListener("visibilitychange", leave, { once: true });
  }));
}

async function isSeenElsewhere() {
  const { held } = (await navigator.locks?.query()) ?? { held: [] };
  return held.some(({ name }) => name === "visavis-desk-seen");
}

const remembered = (name) => {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
};
const remember = (name, value) => {
  try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* private window: only this page knows */ }
};

async function tell(news) {
  const told = remembered("visavis-told") ?? [];
  const fresh = news.filter((one) => !told.includes(one));
  if (!fresh.length) return;
  remember("visavis-told", [...told, ...fresh].slice(-KEPT));
  if ("leftAlone" in list().dataset || (await isSeenElsewhere())) return;
  if (desk.dataset.notify === "on") show(conversationOf(fresh[0]));
  if (desk.dataset.sound === "on") await ring();
}

/** A sentence without a name nor a word of the customer: others may see the screen. */
function show(which) {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification(desk.dataset.notice, { tag: "visavis-desk", silent: true });
  shown.addEventListener("click", () => {
    window.focus();
    shown.close();
    location.assign(`/poste/${which}/`);
  });
}

/** One soft tone, at most once a minute; never late: a page that may not sound yet stays silent. */
async function ring() {
  if (Date.now() - (remembered("visavis-rang") ?? 0) < BETWEEN_SOUNDS) return;
  const audio = new AudioContext();
  await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
  if (audio.state !== "running") return void audio.close();
  remember("visavis-rang", Date.now());
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

// A browser that was not asked yet is asked from a click only, by who wanted notifications in their account.
const permit = document.getElementById("permit");
if (permit && "Notification" in window && Notification.permission === "default") {
  permit.hidden = false;
  document.getElementById("permit-button").addEventListener("click", async () => {
    await Notification.requestPermission();
    permit.hidden = true;
  });
}
if (!document.hidden) stay();
else before = new Set(unread());
