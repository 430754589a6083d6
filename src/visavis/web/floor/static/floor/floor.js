// Le plateau: the living part reads itself again, at once and then at most once a second.
let last = 0;
let planned = 0;

function read() {
  planned = 0;
  last = Date.now();
  htmx.trigger(document.body, "floor-read");
}

document.addEventListener("live", (event) => {
  if (!["floor", "conversation", "offer", "presence", "promise", "reload"].includes(event.detail.type) || planned) return;
  planned = setTimeout(read, Math.max(0, last + 1000 - Date.now()));
});

document.querySelector("[data-submit]")?.addEventListener("change", (event) => event.target.form.submit());
setInterval(read, 30000); // Waits grow without any event.
