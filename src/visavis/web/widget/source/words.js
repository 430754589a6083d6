// Sentences come with the script: the server puts them before it, in each language (see views.py). No sentence lives here.
export const words = VISAVIS_WORDS;

/** The sentence with its places filled; a place may be text or an element. Gives what `append` takes. */
export function filled(sentence, places = {}) {
  return sentence.split(/\{(\w+)\}/).map((part, rank) => (rank % 2 ? (places[part] ?? "") : part));
}

/** The same, when all places are text. */
export const said = (sentence, places) => filled(sentence, places).join("");

export function size(bytes, language) {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const value = bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) : bytes / 1e6;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

export function hour(instant, { hour: usual, sharp }) {
  const at = new Date(instant);
  const m = at.getMinutes();
  return said(m ? usual : sharp, { h: at.getHours(), m: String(m).padStart(2, "0") });
}

export const day = (instant, language) =>
  new Date(instant).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
