// What is said on the line, word by word as it is said; aloud too, where the browser has a voice.

import { make } from "./phone-story.js";

const WORDS_PER_SECOND = 2.6;

export class Talk {
  aloud = false;
  #list;
  #saying = null; // the words of the sentence that is being said, and since when

  constructor(list) {
    this.#list = list;
  }

  clear() {
    this.#saying = null;
    this.#list.replaceChildren();
  }

  say(text, language) {
    this.finish();
    const words = text.split(" ").map((word) => make("span", "", `${word} `));
    this.#add("them", words);
    this.#saying = { words, since: Date.now() };
    if (this.aloud) this.#speak(text, language);
  }

  // What the caller typed; of a PIN only its length.
  typed(keys, isPin) {
    const shown = isPin ? "•".repeat(keys.length) : keys;
    this.#add("you", [make("span", "unseen", isPin ? "You typed a PIN " : "You typed "), shown]);
  }

  // Let the words appear that have been said by now.
  tick() {
    if (!this.#saying) return;
    const { words, since } = this.#saying;
    const count = ((Date.now() - since) / 1000) * WORDS_PER_SECOND + 1;
    words.slice(0, count).forEach((word) => word.classList.add("said"));
    if (count > words.length) this.#saying = null;
  }

  // A key cuts the sentence short: the words not said stay pale.
  cut() {
    this.#saying = null;
    this.hush();
  }

  finish() {
    this.#saying?.words.forEach((word) => word.classList.add("said"));
    this.#saying = null;
  }

  hush() {
    window.speechSynthesis?.cancel();
  }

  #speak(text, language) {
    const words = new SpeechSynthesisUtterance(text);
    words.lang = language;
    this.hush();
    speechSynthesis.speak(words);
  }

  #add(whose, parts) {
    this.#list.append(make("li", whose, ...parts));
  }
}

export function hasVoice() {
  return (window.speechSynthesis?.getVoices() ?? []).length > 0;
}
