// Hears that something changed: a stream of bare numbers when it holds, a look every few seconds when it does not.
// One stream for a browser: the tab last looked at takes it, and rings a bell in localStorage for the others.

const CLOSE_LOOK = 4000;
const SLOW_LOOK = 30000;
const ASLEEP = 20000;

export class Line {
  constructor({ door, memory, heard, isNear }) {
    Object.assign(this, { door, memory, heard, isNear, tries: 0 });
  }

  start() {
    if (this.beat) return;
    this.looked = this.seen = Date.now();
    this.beat = setInterval(() => this.pulse(), 1000);
    addEventListener("storage", (event) => event.key === this.memory.bell && this.look());
    addEventListener("online", () => this.wake());
    addEventListener("pageshow", (event) => event.persisted && this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    this.take();
  }

  /** Back from sleep, from another tab, from no network: look now, and be the one that listens. */
  wake() {
    this.tries = 0;
    this.look();
    this.take();
  }

  look() {
    this.looked = Date.now();
    this.heard();
  }

  pulse() {
    const now = Date.now();
    const slept = now - this.seen > ASLEEP;
    this.seen = now;
    if (slept && !document.hidden) {
      this.close();
      this.wake();
    }
    const rest = this.isLive || !this.isNear() ? SLOW_LOOK : CLOSE_LOOK;
    if (!document.hidden && now - this.looked > rest) this.look();
  }

  /** Listen in this tab; the tab that listened until now hears it and stops. */
  take() {
    if (document.hidden || this.source || this.isOpening || !this.isNear()) return;
    if (this.holds || !navigator.locks) {
      this.open();
      return;
    }
    // Asked for once: a second request of this very tab would steal from the first.
    this.isOpening = true;
    navigator.locks
      .request(`${this.memory.name}.line`, { steal: true }, () => {
        this.holds = true;
        this.open();
        return new Promise(() => {});
      })
      .catch(() => {
        this.holds = false;
        this.close();
      });
  }

  async open() {
    this.isOpening = true;
    try {
      const { ticket } = await this.door.ask("ticket", {});
      if (navigator.locks && !this.holds) return;
      const source = new EventSource(`${this.door.house}/direct/client?ticket=${encodeURIComponent(ticket)}`);
      this.source = source;
      source.onopen = () => {
        this.isLive = true;
        this.tries = 0;
        this.look();
      };
      source.addEventListener("conversation", () => {
        this.memory.ring();
        this.look();
      });
      for (const event of ["reload", "gone"]) source.addEventListener(event, () => this.look());
      // The browser would come back with the same ticket, dead after a minute: we come back ourselves with a new one.
      source.onerror = () => this.later();
    } catch {
      this.later();
    } finally {
      this.isOpening = false;
    }
  }

  later() {
    this.close();
    this.tries += 1;
    clearTimeout(this.alarm);
    const seconds = Math.min(60, 2 ** this.tries) * (0.75 + Math.random() / 2);
    this.alarm = setTimeout(() => this.take(), seconds * 1000);
  }

  close() {
    this.isLive = false;
    this.source?.close();
    this.source = null;
  }
}
