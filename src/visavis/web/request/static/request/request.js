// Ma demande: the page reads itself again when something changes; what is typed is kept in the tab.
const ask = document.body.dataset.ticket;
let wait = 1000;

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

function again() {
  setTimeout(open, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, 60000);
}

async function open() {
  try {
    const response = await fetch(ask, { method: "POST", headers: { "X-CSRFToken": cookie("visavis_csrf"), Accept: "application/json" } });
    if (response.status === 404) return location.reload(); // the pass has ended: the page says what to do
    if (!response.ok) return again();
    const { ticket } = await response.json();
    // A ticket opens one stream, within a minute; the page's own cookie never travels in an address.
    const stream = new EventSource(`/direct/client?ticket=${encodeURIComponent(ticket)}`);
    stream.addEventListener("open", () => { wait = 1000; read(); });
    for (const type of ["conversation", "promise", "reload"]) stream.addEventListener(type, read);
    stream.addEventListener("error", () => { stream.close(); again(); });
  } catch {
    again();
  }
  return undefined;
}

function read() {
  htmx.trigger(document.body, "request-live");
}

// What is typed is kept in the tab until the server says that it has it.
const form = document.getElementById("write");
const text = form?.elements.text;
const kept = `visavis-text-${location.pathname.replace(/message\/$/, "")}`;
const sending = "visavis-sending";

if (new URLSearchParams(location.search).has("recu")) {
  sessionStorage.removeItem(sessionStorage.getItem(sending) || "");
  sessionStorage.removeItem(sending);
}
if (text) {
  if (!text.value) text.value = sessionStorage.getItem(kept) || "";
  text.addEventListener("input", () => sessionStorage.setItem(kept, text.value));
  form.addEventListener("submit", () => {
    sessionStorage.setItem(kept, text.value);
    sessionStorage.setItem(sending, kept);
  });
}
if (ask) open();
