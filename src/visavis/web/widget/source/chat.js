// The element itself: what is known, what is asked, and when what is shown must change.
import { Composer } from "./composer.js";
import { Door } from "./door.js";
import { element, icon } from "./icons.js";
import { Line } from "./line.js";
import { Memory } from "./memory.js";
import { Sender } from "./sender.js";
import { style } from "./style.js";
import { Thread, range } from "./thread.js";
import { day, filled, hour, said, words as allWords } from "./words.js";

const TYPING_LASTS = 6000;
const DAY = 86400000;
const NEAR_END = 80;

export class Chat extends HTMLElement {
  setUp(given) {
    Object.assign(this, given);
    this.words = allWords[given.language];
    this.lang = given.language;
    this.memory = new Memory(given.brand);
    this.door = new Door({ ...given, memory: this.memory });
    this.cuts = 0;
    this.forgetTold();
  }

  forgetTold() {
    this.messages = new Map();
    this.told = {};
    this.next = 0;
  }

  connectedCallback() {
    if (this.shadowRoot) return;
    this.attachShadow({ mode: "open" });
    this.begin();
  }

  /** Nothing is shown before the house has said what the brand looks like; refused, nothing is shown at all. */
  async begin(tries = 1) {
    try {
      this.settings = await this.door.ask("settings");
    } catch (refusal) {
      if (refusal.passes) setTimeout(() => this.begin(tries + 1), Math.min(60, 2 ** tries) * 1000);
      return;
    }
    this.shadowRoot.adoptedStyleSheets = style({ ...this.settings, side: this.side, theme: this.theme });
    this.build();
    this.sender = new Sender({
      door: this.door,
      memory: this.memory,
      opening: () => this.opening(),
      taken: (message) => this.taken(message),
      forget: () => this.forget(),
      changed: (refusal) => this.sent(refusal),
    });
    this.line = new Line({
      door: this.door,
      memory: this.memory,
      heard: () => this.refresh(),
      isNear: () => this.isNear(),
    });
    addEventListener("online", () => this.sender.flush());
    addEventListener("offline", () => this.show());
    document.addEventListener("click", (event) => {
      const opener = event.target.closest?.("[data-visavis-open]");
      if (opener) this.open(opener);
    });
    if (this.memory.get("token")) {
      await this.refresh();
      this.line.start();
    }
    this.show();
    if (this.memory.waiting().length) this.sender.flush();
    if (this.wasOpen() && matchMedia("(min-width: 481px)").matches) this.open(null, { focus: false });
  }

  /** What the session is asked with; not the page it was asked from: nobody needs it to answer. */
  opening() {
    return { language: this.language, ...this.composer.contact() };
  }

  build() {
    const { words, settings, language } = this;
    const name = settings.name;
    this.thread = new Thread({
      words,
      language,
      save: (file) => this.door.save(file).catch((refusal) => this.say(refusal.message || words.not_saved)),
      edit: (message) => {
        this.memory.drop(message.key);
        this.composer.write(message.text);
        this.show();
      },
    });
    this.composer = new Composer({
      words,
      language,
      door: this.door,
      memory: this.memory,
      limit: settings.max_bytes,
      token: () => this.sender.token(),
      send: (message) => this.send(message),
      say: (sentence) => this.say(sentence),
    });
    this.badge = element("span", { class: "badge", hidden: true });
    this.launcher = element(
      "button",
      { type: "button", class: "launcher", "aria-expanded": "false", onclick: () => this.open() },
      icon("bubble"),
      element("span", {}, said(words.write, { brand: name })),
      this.badge,
    );
    this.face = element("span", { class: "face", "aria-hidden": "true" });
    this.who = element("h2", { id: "who" });
    this.what = element("p");
    this.wait = element("div", { class: "wait", role: "status" });
    this.typing = element("p", { class: "typing", hidden: true });
    this.fault = element("div", { class: "fault", role: "status" });
    this.fresh = element("button", { type: "button", class: "fresh", hidden: true, onclick: () => this.end() }, words.fresh);
    this.call = element("aside", { class: "call", "aria-labelledby": "call", hidden: !settings.phone });
    if (settings.phone) this.call.append(...this.phone(settings));
    this.scroll = element(
      "div",
      { class: "scroll", tabindex: "0", role: "group", "aria-label": words.log, onscroll: () => this.read() },
      this.thread.log,
      this.typing,
      this.wait,
      this.call,
    );
    const down = element("button", { type: "button", class: "down", "aria-label": words.close, onclick: () => this.close() }, icon("down"));
    this.foot = element("p", { class: "foot" });
    this.panel = element(
      "section",
      { role: "dialog", "aria-labelledby": "who", class: "panel", hidden: true, onkeydown: (event) => this.key(event) },
      element("header", {}, this.face, element("div", {}, this.who, this.what), down),
      this.scroll,
      this.fresh,
      this.fault,
      this.composer.form,
      this.foot,
    );
    this.aside = element("p", { role: "status", class: "aside" });
    this.shadowRoot.append(this.launcher, this.panel, this.aside);
  }

  phone({ phone, dial, phone_price: price }) {
    return [
      element("h3", { id: "call" }, this.words.talk),
      element("a", { href: `tel:${dial}` }, icon("phone"), element("b", {}, said(this.words.call, { number: phone })), element("span", {}, price)),
    ];
  }

  key(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    this.close();
  }

  open(opener = null, { focus = true } = {}) {
    if (!this.panel) return;
    this.opener = opener;
    this.panel.hidden = false;
    this.launcher.hidden = true;
    this.launcher.setAttribute("aria-expanded", "true");
    this.wasOpen("1");
    this.show();
    if (this.messages.size) this.end();
    if (focus) this.composer.focus();
    if (this.memory.get("token")) this.line.wake();
  }

  close() {
    this.panel.hidden = true;
    this.launcher.hidden = false;
    this.launcher.setAttribute("aria-expanded", "false");
    this.wasOpen("");
    this.show();
    (this.opener || this.launcher).focus();
  }

  get isOpen() {
    return Boolean(this.panel) && !this.panel.hidden;
  }

  /** Open or not in this tab, from one page of the site to the next. */
  wasOpen(value) {
    const name = `${this.memory.name}.open`;
    try {
      if (value !== undefined) sessionStorage.setItem(name, value);
      return sessionStorage.getItem(name);
    } catch {
      return "";
    }
  }

  /** True when news may come soon: the panel is open, or somebody spoke less than a day ago. */
  isNear() {
    const last = Math.max(0, ...[...this.messages.values()].map((message) => Date.parse(message.at)));
    return Boolean(this.memory.get("token")) && (this.isOpen || Date.now() - last < DAY);
  }

  send(message) {
    this.memory.put(message);
    this.show();
    this.end();
    this.sender.flush();
  }

  /** The server has it: shown as taken at once, before the next look brings it back with its place in the thread. */
  taken(message) {
    this.messages.set(message.key, { from: "customer", files: [], ...message });
  }

  /** The state of the sending changed: `refusal` says why a message is still here, null that all went well. */
  sent(refusal) {
    this.refusal = refusal;
    this.show();
    if (refusal || !this.memory.get("token")) return;
    this.line.start();
    this.line.take();
    this.refresh();
    this.askForPage();
  }

  /** The link to the person's own page is a secret told once: asked for once, kept beside the token. */
  async askForPage() {
    if (this.memory.get("page") || this.isAskingPage) return;
    this.isAskingPage = true;
    try {
      this.memory.set("page", (await this.door.ask("link", {})).url);
      this.show();
    } catch {
      // Not yet: asked again after the next message.
    } finally {
      this.isAskingPage = false;
    }
  }

  forget() {
    for (const part of ["token", "read", "page"]) this.memory.set(part, null);
    this.forgetTold();
    this.say(this.words.gone);
  }

  async refresh() {
    if (this.isAsking) {
      this.askAgain = true;
      return;
    }
    this.isAsking = true;
    try {
      do {
        this.askAgain = false;
        await this.ask();
      } while (this.askAgain);
    } finally {
      this.isAsking = false;
    }
  }

  async ask() {
    const token = this.memory.get("token");
    if (!token) return;
    try {
      const told = await this.door.ask(`messages?since=${this.next}`);
      this.cuts = 0;
      // Another tab may have begun another conversation meanwhile.
      if (this.memory.get("token") !== token) return;
      for (const message of told.messages) {
        this.messages.set(message.key || `${message.from}${message.id}`, message);
        this.memory.drop(message.key);
      }
      this.next = told.next ?? this.next;
      this.told = told;
    } catch (refusal) {
      if (refusal.status === 401) this.forget();
      this.cuts = refusal.status === 401 ? 0 : this.cuts + 1;
    }
    this.show();
  }

  show() {
    if (!this.panel) return;
    const wasAtEnd = this.isAtEnd();
    const before = this.thread.list.childElementCount;
    this.head();
    this.thread.draw({
      hello: this.hello(),
      messages: this.named(),
      waiting: this.memory.waiting(),
      isLate: Boolean(this.refusal),
    });
    this.tell();
    this.count();
    if (wasAtEnd) this.end();
    else if (this.thread.list.childElementCount > before && this.isOpen) this.fresh.hidden = false;
    this.read();
  }

  head() {
    const { settings, told, words } = this;
    const { adviser } = told;
    this.face.textContent = adviser ? adviser.initials : settings.letter;
    this.who.textContent = adviser ? adviser.name : settings.name;
    this.what.textContent = adviser ? adviser.sentence : words.people;
  }

  /** Who is first named to the person is the one who said hello. */
  hello() {
    const first = this.named().find((message) => message.from === "adviser" && message.name);
    const name = first ? first.name : this.told.adviser?.name;
    const { words, settings } = this;
    return name ? said(words.hello_from, { name: name.split(" ")[0] }) : said(words.hello, { brand: settings.name });
  }

  /** Messages in order; another adviser than the one of the header is named above the bubble. */
  named() {
    const current = this.told.adviser?.name;
    return [...this.messages.values()]
      .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
      .map((message) => (message.from === "adviser" ? { ...message, isNamed: message.name !== current } : message));
  }

  /** Everything around the thread that is said in a sentence. */
  tell() {
    const { told, words, settings } = this;
    const last = this.named().filter((message) => message.from !== "fact").at(-1);
    const isAnswered = last?.from === "adviser";
    this.typing.hidden = !told.typing;
    this.typing.textContent = told.typing ? said(words.typing, { name: told.adviser?.name.split(" ")[0] || settings.name }) : "";
    clearTimeout(this.typed);
    if (told.typing) this.typed = setTimeout(() => this.refresh(), TYPING_LASTS);
    this.line_of(this.wait, isAnswered ? null : this.waiting(told.adviser));
    this.call.hidden = !settings.phone || !this.is("open");
    this.call.classList.toggle("small", this.last() > 0);
    this.line_of(this.fault, this.trouble());
    this.composer.begun(Boolean(this.memory.get("token")), Boolean(settings.wait));
    this.kept();
  }

  /** One of what the last answer, or else the settings, said of the house. */
  is(name) {
    return this.told[name] ?? this.settings[name];
  }

  waiting(adviser) {
    const { words } = this;
    const wait = this.told.messages ? this.told.wait : this.settings.wait;
    if (this.told.state === "resolved") return words.resolved;
    if (wait) return filled(adviser ? words.wait_named : words.wait, { name: adviser?.name.split(" ")[0], range: range(wait, words) });
    if (this.told.late) return words.late;
    if (adviser && this.messages.size) return said(words.on_desk, { name: adviser.name.split(" ")[0] });
    if (this.messages.size && this.is("open")) return words.left;
    const at = this.is("opens_at");
    const again = at && said(words.again, { when: this.moment(at) });
    return [words.closed, again, this.messages.size ? words.left : words.leave].filter(Boolean).join(" ");
  }

  moment(at) {
    return said(this.words.moment, { day: day(at, this.language), time: hour(at, this.words) });
  }

  trouble() {
    const { words } = this;
    if (!this.memory.waiting().some((message) => message.refused === undefined)) return this.cuts > 1 ? words.cut : null;
    if (!this.refusal) return navigator.onLine ? null : words.offline;
    const retry = element("button", { type: "button", onclick: () => this.sender.flush() }, words.retry);
    return [this.refusal.message || words.unsent, retry];
  }

  /** Puts a sentence in a live region only when it changed: a screen reader would say it again. */
  line_of(region, sentence) {
    const parts = [sentence].flat().filter(Boolean);
    const text = parts.map((part) => part.textContent ?? part).join("");
    if (region.said === text) return;
    region.said = text;
    region.hidden = !text;
    const drawing = region === this.fault ? "alert" : this.told.state === "resolved" ? "check" : "hourglass";
    region.replaceChildren(...(text ? [icon(drawing), element("p", {}, ...parts)] : []));
  }

  say(sentence) {
    this.aside.textContent = sentence;
    this.composer.told(sentence);
  }

  kept() {
    const { words, settings } = this;
    const page = this.memory.get("page");
    const address = page || settings.privacy_url;
    const label = page ? words.mine : words.privacy;
    if (this.foot.said === address) return;
    this.foot.said = address;
    const link = address && element("a", { href: new URL(address, this.house), target: "_blank", rel: "noopener noreferrer" }, label);
    this.foot.replaceChildren(said(words.kept, { n: settings.retention_months }), " ", link || "");
  }

  /** Highest number of a message of ours. */
  last() {
    return Math.max(0, ...[...this.messages.values()].filter((one) => one.from === "adviser").map((one) => Number(one.id)));
  }

  count() {
    const mark = Number(this.memory.get("read") || 0);
    const news = [...this.messages.values()].filter((one) => one.from === "adviser" && Number(one.id) > mark).length;
    const isNews = news > 0 && !this.isOpen;
    const sentence = isNews ? said(news > 1 ? this.words.news : this.words.news_one, { n: news }) : "";
    if (this.badge.textContent === sentence) return;
    this.badge.textContent = sentence;
    this.badge.hidden = !isNews;
    this.aside.textContent = sentence;
  }

  isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }

  end() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.fresh.hidden = true;
  }

  /** Read is what was on a screen that somebody could see. */
  read() {
    if (!this.isOpen || document.hidden || !this.isAtEnd()) return;
    this.fresh.hidden = true;
    const last = this.last();
    if (last <= Number(this.memory.get("read") || 0)) return;
    this.memory.set("read", String(last));
    this.door.ask("read", { id: last }).catch(() => this.memory.set("read", null));
  }
}
