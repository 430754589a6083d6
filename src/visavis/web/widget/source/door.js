// Speaks to the house over HTTP. A refusal carries the server's own sentence; no answer at all is status 0.

export class Refusal extends Error {
  constructor(status, told = {}, after = 0) {
    super(told.sentence || "");
    this.status = status;
    this.after = after;
    /** Worth trying again as it is: the network, a server that restarts, a limit of rate. */
    this.passes = !status || status >= 500 || status === 429 || status === 408;
  }
}

const PATIENCE = 15000;

export class Door {
  constructor({ house, brand, language, memory }) {
    this.house = house;
    this.address = `${house}/clavardage/${brand}/`;
    this.language = language;
    this.memory = memory;
  }

  headers() {
    const token = this.memory.get("token");
    return { "Accept-Language": this.language, ...(token && { Authorization: `Bearer ${token}` }) };
  }

  async ask(path, given) {
    const request = { headers: this.headers(), credentials: "omit", referrerPolicy: "origin" };
    if (given) {
      request.method = "POST";
      request.headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(given);
    }
    // A connection can hang for minutes after sleep: better to ask again, with the same key.
    const stop = new AbortController();
    const alarm = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(this.address + path, { ...request, signal: stop.signal });
      const told = await answer.json().catch(() => (answer.ok ? Promise.reject() : {}));
      if (answer.ok) return told;
      throw new Refusal(answer.status, told, Number(answer.headers.get("Retry-After")));
    } catch (fault) {
      throw fault instanceof Refusal ? fault : new Refusal(0);
    } finally {
      clearTimeout(alarm);
    }
  }

  /** Sends one file; `moved(share)` from 0 to 1. XMLHttpRequest, because fetch does not tell the progress of what goes out. */
  upload(file, moved) {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    const done = new Promise((resolve, reject) => {
      request.upload.onprogress = (event) => moved(event.lengthComputable ? event.loaded / event.total : 0);
      request.onload = () => {
        let told = {};
        try {
          told = JSON.parse(request.responseText);
        } catch {
          // Not ours (a proxy's page): the status says enough.
        }
        if (request.status === 201) resolve(told);
        else reject(new Refusal(request.status, told));
      };
      request.onerror = request.onabort = () => reject(new Refusal(0));
    });
    request.open("POST", `${this.address}files`);
    for (const [name, value] of Object.entries(this.headers())) request.setRequestHeader(name, value);
    request.send(form);
    return { done, stop: () => request.abort() };
  }

  /** Saves a file of the conversation. The token goes in a header, so never in an address that others could read. */
  async save({ url, name }) {
    const answer = await fetch(new URL(url, this.house), { headers: this.headers(), credentials: "omit" });
    if (!answer.ok) throw new Refusal(answer.status, await answer.json().catch(() => ({})));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), PATIENCE);
  }
}
