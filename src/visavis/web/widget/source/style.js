// Adopted style sheets: a page may forbid style tags and attributes, it cannot forbid these.
import dark from "./dark.css";
import css from "./widget.css";

const COLOUR = /^#[\da-f]{6}$/i;

/** The sheet of the widget and the one of this brand. theme: "clair" or "sombre" holds it; otherwise as the system. */
export function style({ colour, on_colour: on, side, theme }) {
  const [widget, brand] = [new CSSStyleSheet(), new CSSStyleSheet()];
  const night = { clair: "", sombre: dark }[theme] ?? `@media (prefers-color-scheme:dark){${dark}}`;
  widget.replaceSync(css + night);
  const colours = COLOUR.test(colour) && COLOUR.test(on) ? `--marque:${colour};--on-marque:${on};` : "";
  brand.replaceSync(`:host{${colours}--right:${side === "left" ? "auto" : "1em"};--left:${side === "left" ? "1em" : "auto"}}`);
  return [widget, brand];
}
