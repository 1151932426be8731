// Keys that are tapped on the page, pressed on a keyboard, or typed for somebody.

const TYPING_MS = 130; // between two keys that are typed for somebody

export class Keypad {
  #sounds;
  #press;

  // `press` gets each key; `listens` says whether the keyboard belongs to the telephone.
  constructor(sounds, press, listens) {
    this.#sounds = sounds;
    this.#press = press;
    for (const cap of document.querySelectorAll(".key")) this.#use(cap);
    document.addEventListener("keyup", (event) => sounds.up(event.key));
    document.addEventListener("keydown", (event) => {
      if (!listens() || !isKey(event) || event.repeat) return;
      sounds.down(event.key);
      this.#goDown(event.key);
    });
  }

  // Type for somebody, as long as `wanted` says so.
  typeOut(keys, wanted) {
    if (!keys || !wanted()) return;
    this.#tap(keys[0]);
    setTimeout(() => this.typeOut(keys.slice(1), wanted), TYPING_MS);
  }

  #use(cap) {
    const { key } = cap.dataset;
    cap.addEventListener("pointerdown", () => this.#sounds.down(key));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      cap.addEventListener(name, () => this.#sounds.up(key));
    }
    // a click without a pointer comes from a keyboard or a screen reader
    cap.addEventListener("click", (event) => (event.detail ? this.#goDown(key) : this.#tap(key)));
  }

  #tap(key) {
    this.#sounds.down(key);
    this.#sounds.up(key);
    this.#goDown(key);
  }

  #goDown(key) {
    const cap = document.querySelector(`[data-key="${key}"]`);
    cap.classList.add("down");
    setTimeout(() => cap.classList.remove("down"), TYPING_MS);
    this.#press(key);
  }
}

function isKey(event) {
  const elsewhere = event.target.closest("input:not([type=checkbox]), select, textarea");
  return !(event.ctrlKey || event.metaKey || event.altKey || elsewhere) && /^[0-9*#]$/.test(event.key);
}
