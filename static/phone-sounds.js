// The tones of a telephone: two frequencies for a key, and what a caller hears while it rings elsewhere.

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
const RAMP = 0.005; // seconds; a tone that begins or ends at once clicks
const KEY_SECONDS_MIN = 0.1;

// ITU-T E.180: frequencies, then seconds on and off, over and over
const RINGING = {
  GB: { tones: [400, 450], cadence: [0.4, 0.2, 0.4, 2] },
  US: { tones: [440, 480], cadence: [2, 4] },
};

// The two frequencies of a key, in hertz.
export function frequencies(key) {
  const at = KEYS.indexOf(key);
  return [ROWS[Math.floor(at / 3)], COLUMNS[at % 3]];
}

// Begin tones at a moment of the context; returns a function that ends them at another.
export function begin(context, tones, { at = context.currentTime, volume = 0.1, into = context.destination } = {}) {
  const gain = new GainNode(context, { gain: 0 });
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + RAMP);
  gain.connect(into);
  const sources = tones.map((frequency) => new OscillatorNode(context, { frequency }));
  for (const source of sources) {
    source.connect(gain);
    source.start(at);
  }
  return (end) => {
    gain.gain.setValueAtTime(volume, end);
    gain.gain.linearRampToValueAtTime(0, end + RAMP);
    for (const source of sources) source.stop(end + RAMP);
  };
}

export class Sounds {
  on = true;
  #context = null;
  #keys = new Map();
  #ringing = null;

  // A key goes down: its tone lasts until it comes up, and long enough to be heard.
  down(key) {
    if (!this.on || this.#keys.has(key)) return;
    const context = this.#awake();
    this.#keys.set(key, { end: begin(context, frequencies(key)), least: context.currentTime + KEY_SECONDS_MIN });
  }

  up(key) {
    const tone = this.#keys.get(key);
    if (!tone) return;
    this.#keys.delete(key);
    tone.end(Math.max(this.#context.currentTime, tone.least));
  }

  // Let it ring as it does in that country, until `quiet`.
  ring(country) {
    if (!this.on || this.#ringing) return;
    const { tones, cadence } = RINGING[country] ?? RINGING.US;
    const context = this.#awake();
    const period = cadence.reduce((sum, seconds) => sum + seconds, 0) * 1000;
    const into = new GainNode(context);
    into.connect(context.destination);
    const once = () => {
      let at = context.currentTime + 0.02;
      for (let part = 0; part < cadence.length; part += 2) {
        begin(context, tones, { at, into, volume: 0.03 })(at + cadence[part]);
        at += cadence[part] + cadence[part + 1];
      }
    };
    once();
    this.#ringing = { into, timer: setInterval(once, period) };
  }

  quiet() {
    clearInterval(this.#ringing?.timer);
    this.#ringing?.into.disconnect();
    this.#ringing = null;
  }

  // Browsers let a page sound only once its visitor has done something.
  #awake() {
    this.#context ??= new AudioContext();
    if (this.#context.state === "suspended") this.#context.resume();
    return this.#context;
  }
}
