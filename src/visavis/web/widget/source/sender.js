// Takes messages out of the box one by one, oldest first, and keeps each until the server has said 2xx.
import { Refusal } from "./door.js";

/**
 * One tab at a time, where the browser knows locks. Only for order and for opening one session: what keeps a message
 * from being doubled is its key, so a tab asleep with the lock is waited for a moment, no more.
 */
function alone(name, act) {
  if (!navigator.locks) return act();
  return navigator.locks.request(name, { signal: AbortSignal.timeout(4000) }, act).catch((fault) => {
    if (fault.name === "TimeoutError") return act();
    throw fault;
  });
}

export class Sender {
  /** opening(): what the session is asked with; taken(message), forget(), changed(refusal or null): what to do then. */
  constructor(given) {
    Object.assign(this, given, { tries: 0, busy: false });
  }

  /** The token of this browser's conversation, made at the first need. */
  async token() {
    return (
      this.memory.get("token") ||
      alone(`${this.memory.name}.session`, async () => {
        const kept = this.memory.get("token");
        if (kept) return kept;
        const session = await this.door.ask("session", this.opening());
        this.memory.set("token", session.token);
        return session.token;
      })
    );
  }

  async flush() {
    clearTimeout(this.alarm);
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.again = false;
    try {
      await alone(`${this.memory.name}.send`, () => this.empty());
      this.tries = 0;
      this.changed(null);
    } catch (refusal) {
      this.tries += 1;
      const seconds = refusal.after || Math.min(30, 2 ** (this.tries - 1)) * (0.75 + Math.random() / 2);
      this.alarm = setTimeout(() => this.flush(), seconds * 1000);
      this.changed(refusal);
    } finally {
      this.busy = false;
    }
    if (this.again) await this.flush();
  }

  async empty() {
    for (;;) {
      const message = this.memory.waiting().find((one) => one.refused === undefined);
      if (!message) return;
      await this.deliver(message);
      this.changed(null);
    }
  }

  async deliver(message, isSecond = false) {
    let token;
    try {
      token = await this.token();
      const taken = await this.door.ask("messages", {
        key: message.key,
        text: message.text,
        files: message.files.map((file) => file.id),
      });
      this.memory.drop(message.key);
      this.taken({ ...message, id: taken.id, at: taken.at });
    } catch (fault) {
      const refusal = fault instanceof Refusal ? fault : new Refusal(0);
      if (refusal.status === 401 && token && !isSecond) {
        // The token was ended elsewhere: what is written is kept, and opens a new request.
        if (this.memory.get("token") === token) this.forget();
        await this.deliver({ ...message, files: [] }, true);
      } else if (refusal.passes) {
        throw refusal;
      } else {
        this.memory.put({ ...message, refused: refusal.message });
      }
    }
  }
}
