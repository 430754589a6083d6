// What this browser keeps of one brand's conversation: the token, what was read, and each message not yet taken.
// A message has an entry of its own: two tabs that write at once cannot erase each other's.

/** A store that stands in when the browser refuses localStorage: then nothing outlives the page, and nothing breaks. */
function passing() {
  const kept = new Map();
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
    key: (rank) => [...kept.keys()][rank],
    get length() {
      return kept.size;
    },
  };
}

function usable() {
  try {
    localStorage.setItem("visavis", "1");
    localStorage.removeItem("visavis");
    return localStorage;
  } catch {
    return passing();
  }
}

export class Memory {
  constructor(brand) {
    this.store = usable();
    this.name = `visavis.${brand}`;
    this.bell = `${this.name}.bell`;
    this.box = `${this.name}.out.`;
  }

  get(part) {
    return this.store.getItem(`${this.name}.${part}`);
  }

  set(part, value) {
    if (value === null || value === "") this.store.removeItem(`${this.name}.${part}`);
    else this.keep(`${this.name}.${part}`, value);
  }

  keep(name, value) {
    try {
      this.store.setItem(name, value);
    } catch {
      // Full: from now on in the page alone, with all that was kept.
      const rest = passing();
      for (let rank = 0; rank < this.store.length; rank += 1) {
        rest.setItem(this.store.key(rank), this.store.getItem(this.store.key(rank)));
      }
      this.store = rest;
      rest.setItem(name, value);
    }
  }

  /** Messages not yet taken by the server, oldest first. */
  waiting() {
    const names = [];
    for (let rank = 0; rank < this.store.length; rank += 1) names.push(this.store.key(rank));
    return names
      .filter((name) => name.startsWith(this.box))
      .map((name) => JSON.parse(this.store.getItem(name)))
      .sort((one, other) => one.at - other.at);
  }

  put(message) {
    this.keep(this.box + message.key, JSON.stringify(message));
  }

  drop(key) {
    this.store.removeItem(this.box + key);
  }

  /** Tell the other tabs of this site that something new is there. */
  ring() {
    this.keep(this.bell, String(Math.random()));
  }
}
