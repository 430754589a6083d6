// The search by keyboard: arrows go from the field to the results and back, Escape returns to the field.

import { announce } from "../design/shell.js";

const field = document.getElementById("q");
const results = document.getElementById("results");
const lines = () => [...results.querySelectorAll("a.row")];

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
  const stops = [field, ...lines()];
  const at = stops.indexOf(document.activeElement);
  if (at < 0) return;
  if (event.key === "ArrowDown" && at < stops.length - 1) stops[at + 1].focus();
  else if (event.key === "ArrowUp" && at > 0) stops[at - 1].focus();
  else if (event.key === "Escape" && at > 0) field.focus();
  else return;
  event.preventDefault();
});

// Nothing moves the focus when results change; how many there are is said.
document.addEventListener("htmx:after:swap", () => {
  const summary = document.getElementById("summary");
  if (summary) announce(summary.textContent.trim());
});

// Coming back to the page, one goes on from what was typed.
if (field.value) field.setSelectionRange(field.value.length, field.value.length);
