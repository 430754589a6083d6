// The browser is asked for notifications as one ticks the box, and only then.
const box = document.querySelector("input[name=has_notifications]");
const refused = document.getElementById("notifications-refused");

box?.addEventListener("change", async () => {
  refused.hidden = true;
  if (!box.checked || !("Notification" in window)) return;
  if (Notification.permission === "default") await Notification.requestPermission();
  refused.hidden = Notification.permission !== "denied";
});
