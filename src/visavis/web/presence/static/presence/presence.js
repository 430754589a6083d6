// The heartbeat: one tab of the browser beats for all of them.
const PERIOD = 15000;
const bar = document.getElementById("presence");

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function beat() {
  fetch(bar.dataset.beat, {
    method: "POST",
    headers: { "X-CSRFToken": cookie("visavis_csrf") },
    keepalive: true,
  }).catch(() => {}); // A beat that is lost is the message itself: the desk falls silent.
}

function live() {
  const worker = new Worker(bar.dataset.beatScript);
  worker.addEventListener("message", beat);
  worker.postMessage({ period: PERIOD });
  return new Promise(() => {}); // Hold the lock as long as this tab lives.
}

if (bar) {
  if (navigator.locks) navigator.locks.request("visavis-beat", live);
  else live();
}
