// A phone that the server has rung, shown while this telephone is free: to be answered or declined.

import * as server from "./phone-server.js";

const POLL_MS = 2500;

const by = (id) => document.getElementById(id);

export class Incoming {
  #isFree;
  #shown = null; // the call that rings

  // `isFree` says whether this telephone can take a call; `answer` takes the call, `trouble` tells an error.
  constructor(isFree, answer, trouble) {
    this.#isFree = isFree;
    by("answer").addEventListener("click", () => {
      const call = this.#take();
      if (call) answer(call);
    });
    by("decline").addEventListener("click", () => {
      const call = this.#take();
      by("ring").focus({ preventScroll: true });
      if (call) server.decline(call.id).catch(trouble);
    });
    setInterval(() => this.look(), POLL_MS);
    this.look();
  }

  // Ask what rings, as long as somebody could see it.
  async look() {
    if (!this.#isFree() || document.hidden) return this.#show(null);
    const rings = await server.rings().catch(() => []);
    this.#show(this.#isFree() ? (rings[0] ?? null) : null);
  }

  #take() {
    const call = this.#shown;
    this.#show(null);
    return call;
  }

  #show(call) {
    if (call?.id === this.#shown?.id) return;
    this.#shown = call;
    by("incoming").hidden = !call;
    by("incoming-who").textContent = call ? `${call.from} calls ${call.to}` : "";
  }
}
