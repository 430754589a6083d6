// Draws what was said. In the widget the person is at home, so all is in mirror: they on the right, we on the left.
import { element, icon } from "./icons.js";
import { day, filled, hour, said, size } from "./words.js";

const isPicture = (file) => /^image\//.test(file.media_type || "");
const newest = (one, other) => Date.parse(one.at) - Date.parse(other.at) || Number(one.id) - Number(other.id);

export class Thread {
  /** save(file), edit(message): what the buttons of a message do. */
  constructor({ words, language, save, edit }) {
    Object.assign(this, { words, language, save, edit, drawn: new Map() });
    this.list = element("ol");
    this.log = element("div", { role: "log", "aria-live": "polite", "aria-label": words.log }, this.list);
  }

  /** Shows these messages, then those still waiting to leave; what did not change is not touched. */
  draw({ hello, messages, waiting, isLate }) {
    const rows = [{ key: "hello", from: "adviser", text: hello, files: [] }];
    let date = "";
    for (const message of [...messages].sort(newest)) {
      const on = day(message.at, this.language);
      if (date && on !== date) rows.push({ key: on, from: "fact", text: on, files: [] });
      date = on;
      rows.push(message);
    }
    for (const message of waiting) rows.push({ ...message, at: null, from: "customer", isLate });
    // Only the last of a run says its hour.
    const isLast = (row, next) => !next || next.from !== row.from || next.name !== row.name;
    this.settle(rows.map((row, rank) => ({ ...row, isLast: isLast(row, rows[rank + 1]) })));
  }

  settle(rows) {
    const kept = new Set();
    let place = this.list.firstChild;
    for (const row of rows) {
      const key = row.key || `${row.from}${row.id}`;
      let item = this.drawn.get(key);
      // What stands under a bubble changes alone: a screen reader would say the whole again.
      const said = JSON.stringify([row.text, row.files, row.name, row.isNamed, row.files.length && row.at]);
      if (!item || item.said !== said) {
        const made = this.item(row);
        made.said = said;
        if (item) {
          if (item === place) place = made;
          item.replaceWith(made);
        }
        this.drawn.set(key, made);
        item = made;
      }
      this.under(item, row);
      if (item === place) place = place.nextSibling;
      else this.list.insertBefore(item, place);
      kept.add(key);
    }
    for (const [key, item] of this.drawn) {
      if (kept.has(key)) continue;
      item.remove();
      this.drawn.delete(key);
    }
  }

  item(row) {
    if (row.from === "fact") {
      return element("li", { class: "fact" }, row.at && `${hour(row.at, this.words)}. `, row.text);
    }
    const isOurs = row.from === "adviser";
    const who = isOurs ? row.name || "" : this.words.you;
    const author = who && element("span", { class: isOurs && row.isNamed ? "author" : "aside" }, who);
    const files = row.files.map((file) => this.file(file, isOurs, Boolean(row.at)));
    const bubble = element("div", { class: "bubble" }, row.text && element("p", {}, row.text), files);
    return element("li", { class: isOurs ? "ours" : "theirs" }, author, bubble);
  }

  under(item, row) {
    if (row.from === "fact") return;
    const foot = this.foot(row);
    const there = item.querySelector(".meta");
    if ((there?.textContent ?? "") === (foot?.textContent ?? "")) return;
    there?.remove();
    if (foot) item.append(foot);
  }

  file(file, isOurs, isThere) {
    const held = [
      icon(isPicture(file) ? "image" : "file"),
      element("span", {}, `${file.name}, ${size(file.size, this.language)}`),
      isThere && icon(isOurs ? "save" : "check"),
    ];
    if (!file.url) return element("span", { class: "file" }, held);
    const label = said(this.words.save, { name: file.name });
    return element("button", { class: "file", type: "button", title: label, onclick: () => this.save(file) }, held);
  }

  foot(row) {
    const { words } = this;
    if (row.refused !== undefined) {
      const edit = element("button", { type: "button", class: "plain", onclick: () => this.edit(row) }, words.edit);
      return element("p", { class: "meta refused" }, icon("alert"), element("span", {}, row.refused || words.refused), edit);
    }
    let under = "";
    if (row.from === "customer" && !row.at) under = row.isLate ? words.held : words.sending;
    else if (row.at && (row.isLast || row.corrected)) {
      const time = hour(row.at, words);
      const sentence = row.from === "customer" ? words.received : words.corrected;
      under = row.from === "customer" || row.corrected ? said(sentence, { time, again: hour(row.corrected, words) }) : time;
    }
    return under ? element("p", { class: "meta" }, under) : null;
  }
}

/** « in 1 to 3 min », set in bold inside its sentence. */
export function range(wait, words) {
  const { low, high } = wait;
  const sentence = low && low < high ? words.range : words.within;
  return element("b", {}, filled(sentence, { low, high }).join(""));
}
