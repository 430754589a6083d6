// Where the person writes: the text, the files, and the name and e-mail that nobody has to give.
import { element, icon } from "./icons.js";
import { said, size } from "./words.js";

const TYPING_EVERY = 4000;

/** A key for one message. randomUUID needs https; a page without it still must not double a message. */
function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export class Composer {
  /** token(): makes the session when a file needs it; send(message); say(sentence). limit: bytes of one file. */
  constructor(given) {
    Object.assign(this, given);
    const { words, language } = this;
    const weight = size(this.limit, language);
    this.text = element("textarea", {
      rows: "1",
      maxlength: "8000",
      placeholder: words.message,
      "aria-label": words.message,
      enterkeyhint: "send",
      oninput: () => this.typed(),
      onkeydown: (event) => this.key(event),
      onpaste: (event) => this.pasted(event),
    });
    this.input = element("input", { type: "file", multiple: true, hidden: true, onchange: () => this.chosen() });
    const clip = said(words.attach, { size: weight });
    this.list = element("ul", { class: "joined", hidden: true, "aria-label": words.joined });
    this.name = element("input", { autocomplete: "name", maxlength: "120" });
    this.email = element("input", { type: "email", autocomplete: "email", maxlength: "254" });
    this.details = element(
      "details",
      {},
      element("summary", {}, words.contact),
      element("div", { class: "pair" }, element("label", {}, words.name, this.name), element("label", {}, words.email, this.email)),
      element("p", {}, words.contact_why),
    );
    this.note = element("p", { class: "note", hidden: true });
    this.form = element(
      "form",
      { novalidate: true, onsubmit: (event) => this.submit(event) },
      this.details,
      this.note,
      this.list,
      element(
        "div",
        { class: "field" },
        element("button", { type: "button", class: "clip", "aria-label": clip, title: clip, onclick: () => this.choose(clip) }, icon("clip")),
        this.input,
        this.text,
        element("button", { class: "send", "aria-label": words.send, title: words.send }, icon("send")),
      ),
    );
    this.files = JSON.parse(this.memory.get("files") || "[]");
    this.text.value = this.memory.get("draft") || "";
    this.draw();
  }

  focus() {
    this.text.focus();
    this.grow();
  }

  write(text) {
    this.text.value = [this.text.value, text].filter(Boolean).join("\n");
    this.memory.set("draft", this.text.value);
    this.focus();
  }

  told(sentence) {
    this.note.textContent = sentence;
    this.note.hidden = !sentence;
  }

  contact() {
    const name = this.name.value.trim();
    const email = this.email.value.trim();
    return { ...(name && { name }), ...(email && this.email.validity.valid && { email }) };
  }

  /** Name and e-mail are asked before the first word only, and unfolded when nobody is there. */
  begun(isBegun, isSomebodyThere) {
    this.details.hidden = isBegun;
    if (!isSomebodyThere && !this.unfolded) {
      this.unfolded = true;
      this.details.open = true;
    }
  }

  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  key(event) {
    // With a finger, Enter is a new line: the button is under the thumb.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    this.submit(event);
  }

  typed() {
    this.grow();
    this.told("");
    this.memory.set("draft", this.text.value);
    const now = Date.now();
    if (!this.memory.get("token") || now - (this.typedAt || 0) < TYPING_EVERY) return;
    this.typedAt = now;
    this.door.ask("typing", {}).catch(() => {});
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    const files = this.files.filter((file) => file.id);
    if (this.files.some((file) => !file.id)) {
      this.say(this.words.still);
      return;
    }
    if (this.email.value && !this.email.validity.valid && !this.details.hidden) {
      this.details.open = true;
      this.say(this.words.bad_email);
      this.email.focus();
      return;
    }
    if (!text && !files.length) {
      this.say(this.words.empty);
      this.focus();
      return;
    }
    this.text.value = "";
    this.files = [];
    this.memory.set("draft", null);
    this.told("");
    this.draw();
    // Two messages of the same millisecond keep their order.
    this.lastAt = Math.max(Date.now(), (this.lastAt || 0) + 1);
    this.send({ key: uuid(), text, files, at: this.lastAt });
    this.focus();
  }

  /** The limit is told before the choice, beside the field too: a finger sees no tooltip. */
  choose(sentence) {
    this.told(sentence);
    this.input.click();
  }

  pasted(event) {
    const { files } = event.clipboardData;
    if (!files.length) return;
    event.preventDefault();
    this.join(files);
  }

  chosen() {
    this.join(this.input.files);
    this.input.value = "";
    this.focus();
  }

  join(chosen) {
    this.told("");
    for (const file of chosen) {
      if (file.size > this.limit) {
        const places = { name: file.name, size: size(file.size, this.language), max: size(this.limit, this.language) };
        this.say(said(this.words.too_big, places));
      } else this.carry(file);
    }
  }

  /** Sends one file now, so that the message, when it leaves, only has to name it. */
  async carry(file) {
    const joined = { name: file.name, size: file.size, media_type: file.type };
    this.files.push(joined);
    this.draw();
    try {
      await this.token();
      const { done, stop } = this.door.upload(file, (share) => {
        joined.bar.value = share;
      });
      joined.stop = stop;
      const there = await done;
      Object.assign(joined, there);
      this.say(said(this.words.is_joined, { name: joined.name }));
    } catch (refusal) {
      const isWanted = this.files.includes(joined);
      this.files = this.files.filter((one) => one !== joined);
      if (isWanted) this.say(refusal.message || said(this.words.not_joined, { name: file.name }));
    }
    this.draw();
  }

  remove(file) {
    this.files = this.files.filter((one) => one !== file);
    file.stop?.();
    this.draw();
    this.focus();
  }

  draw() {
    const there = this.files.filter((file) => file.id).map(({ id, name, size: bytes, media_type }) => ({ id, name, size: bytes, media_type }));
    this.memory.set("files", there.length ? JSON.stringify(there) : null);
    this.list.hidden = !this.files.length;
    this.list.replaceChildren(...this.files.map((file) => this.row(file)));
  }

  row(file) {
    const label = said(this.words.remove, { name: file.name });
    if (!file.id) file.bar ||= element("progress", { max: "1", value: "0", "aria-label": said(this.words.going, { name: file.name }) });
    return element(
      "li",
      {},
      icon(file.id ? "check" : "file"),
      element("span", {}, `${file.name}, ${size(file.size, this.language)}`),
      !file.id && file.bar,
      element("button", { type: "button", "aria-label": label, title: label, onclick: () => this.remove(file) }, icon("cross")),
    );
  }
}
