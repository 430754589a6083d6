// A worker: its clock goes on when the tab is hidden, where the page's own timers fall to one a minute.
// It only asks; the page beats, so that a frozen page is not heard.
let period = 15000;

function ask() {
  postMessage("there?");
}

addEventListener("message", (event) => {
  period = event.data.period;
  ask();
  setInterval(ask, period);
});
