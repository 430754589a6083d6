// When the tab is hidden: the title counts, a notification and a sound if the person chose them.
const desk = document.getElementById("desk");
const title = document.title;
let unseen = 0;

export function call(which) {
  unseen += 1;
  document.title = `(${unseen}) ${title}`;
  if (desk.dataset.notify === "on" && "Notification" in window && Notification.permission === "granted") show(which);
  if (desk.dataset.sound === "on") ring();
}

export function seen() {
  unseen = 0;
  document.title = title;
}

function show(which) {
  const shown = new Notification(desk.dataset.notice, { tag: `conversation-${which}` });
  shown.addEventListener("click", () => {
    window.focus();
    shown.close();
    if (which) location.assign(`/poste/${which}/`);
  });
}

/** One soft tone, never repeated. */
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

// The browser is asked from a click only, by who wanted notifications in their account.
const permit = document.getElementById("permit");
if (permit && "Notification" in window && Notification.permission === "default") {
  permit.hidden = false;
  document.getElementById("permit-button").addEventListener("click", async () => {
    await Notification.requestPermission();
    permit.hidden = true;
  });
}
