// Buttons that copy a field, for those who have a clipboard; without one the field is selected by hand.
import { toast } from "../design/shell.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    toast({ text: button.dataset.copied });
  });
}
