// The telephone of the page: presses keys, listens, and shows what the server did meanwhile.

import { Incoming } from "./phone-incoming.js";
import { Keypad } from "./phone-keypad.js";
import * as server from "./phone-server.js";
import { accessNumber, useSetup, wishes } from "./phone-setup.js";
import { Sounds } from "./phone-sounds.js";
import { clock, gatherOf, item, money } from "./phone-story.js";
import { hasVoice, Talk } from "./phone-talk.js";

const POLL_MS = 350;
const AFTERWARDS_MS = 3000; // the last reports of a call come after its end
const KEYS_MAX = 64; // in one request
const GONE = 404;

const by = (id) => document.getElementById(id);
const brand = by("booth").dataset.brand;
const sounds = new Sounds();
const talk = new Talk(by("said"));
const IDLE = {
  id: null, // of the call, for the provider
  next: 0, // the event to ask for
  state: "idle",
  since: 0, // when it was answered, when the talk began, when it was over
  talkSince: 0,
  over: 0,
  gather: null, // what the server listens for
  typed: "", // keys that the server has not got as a whole yet
  queue: "", // keys on their way to the network
  number: "", // who is rung
};
let line = { ...IDLE };

// --- The call ---------------------------------------------------------------------------------------

const ring = () => begin(() => server.ring(wishes()));
const pickUp = (call) => begin(() => server.answer(call.id, { callee: wishes().callee }));

// `start` asks for the call and answers with its id.
async function begin(start) {
  line = { ...IDLE, state: "waiting" };
  clean();
  show();
  by("hang-up").focus({ preventScroll: true });
  try {
    line.id = (await start()).id;
    show();
    poll(line);
  } catch (error) {
    line = { ...IDLE };
    show();
    trouble(error);
  }
}

async function hangUp() {
  if (isLive() && line.id) await server.hangUp(line.id).catch(trouble);
}

function leave() {
  if (isLive() && line.id) server.leave(line.id);
}

async function poll(call) {
  try {
    const told = await server.events(call.id, call.next);
    if (call !== line) return;
    trouble(null);
    take(told);
    if (told.events.some((event) => event.who === "server")) await showMoney(call);
  } catch (error) {
    if (call !== line) return;
    trouble(error);
    if (error.status === GONE) end("The line is gone");
  }
  if (!(call.over && Date.now() - call.over > AFTERWARDS_MS)) setTimeout(poll, POLL_MS, call);
}

function take(told) {
  for (const event of told.events) happen(event);
  line.next = told.next;
  if (told.seconds !== null && !line.since) line.since = Date.now() - told.seconds * 1000;
  if (told.state === "talking" && line.state !== "talking") line.talkSince = Date.now();
  line.number = told.dialled.at(-1)?.number ?? "";
  line.state = told.state;
  if (told.ended && !line.over) end();
  show();
}

function happen(event) {
  const asksPin = isPin();
  if (event.who === "voice") talk.say(event.text, accessNumber().language);
  if (event.who === "end") line.reason = event.text;
  if (event.who === "server") {
    const { Digits = "", FinishedOnKey = "" } = event.detail.params;
    flushTyped(Digits + FinishedOnKey);
    if (isDocument(event)) line.gather = gatherOf(event.detail.twiml);
  }
  const entry = item(event, { asksPin });
  if (entry) tell(entry);
}

// Reports are answered with an empty document, which changes nothing on the line.
function isDocument(event) {
  return event.detail.twiml.includes("</Response>");
}

function end(reason = line.reason) {
  line.state = "ended";
  line.over = Date.now();
  line.reason = reason;
  line.queue = "";
  flushTyped(line.typed);
  talk.finish();
  if (document.activeElement === by("hang-up")) by("ring").focus({ preventScroll: true });
  show();
}

async function showMoney(call) {
  const told = await server.money(call.id);
  if (call !== line) return;
  by("money").replaceChildren(...money(told));
  line.latest = told.calls.at(-1);
}

function isLive() {
  return line.state !== "idle" && line.state !== "ended";
}

// Only a PIN has a fixed length, and the Gather says it.
function isPin() {
  return Boolean(line.gather?.hasAttribute("numDigits"));
}

// --- Keys -------------------------------------------------------------------------------------------

function press(key) {
  if (!isLive() || !line.id) return;
  if (line.gather) talk.cut();
  line.typed += key;
  showTyped();
  send(line, key);
}

// One request after the other, so that keys arrive in order.
async function send(call, key) {
  call.queue += key;
  if (call.sending) return;
  call.sending = true;
  while (call.queue) {
    const keys = call.queue.slice(0, KEYS_MAX);
    call.queue = call.queue.slice(KEYS_MAX);
    await server.press(call.id, keys).catch(trouble);
  }
  call.sending = false;
}

// What the server has got becomes part of the talk; keys typed ahead wait for the next question.
function flushTyped(keys) {
  if (keys) talk.typed(keys, isPin());
  line.typed = line.typed.slice(keys.length);
  showTyped();
}

function showTyped() {
  by("typed").textContent = isPin() ? "•".repeat(line.typed.length) : line.typed;
}

// --- What is shown ----------------------------------------------------------------------------------

function trouble(error) {
  by("trouble").hidden = !error;
  by("trouble").textContent = error?.message ?? "";
}

function clean() {
  trouble(null);
  talk.clear();
  showTyped();
  by("story").replaceChildren();
  by("story-empty").hidden = false;
  by("money").replaceChildren(...money({ card: null, calls: [] }));
}

// Follow what happens, unless somebody reads further up.
function tell(entry) {
  const frame = by("server");
  const follows = frame.scrollHeight - frame.scrollTop - frame.clientHeight < 80;
  by("story-empty").hidden = true;
  by("story").append(entry);
  if (follows) frame.scrollTop = frame.scrollHeight;
}

function stateInWords() {
  const number = line.latest?.shown ?? line.number;
  const words = {
    idle: "Ready to call",
    waiting: "Calling …",
    speaking: `${brand} speaks`,
    listening: isPin() ? "Listens for a PIN" : "Listens for a number",
    ringing: `Ringing ${number}`,
    talking: `Talking to ${number}`,
    ended: ENDS[line.reason] ?? "The call is over",
  };
  return words[line.state] ?? line.state;
}

const ENDS = {
  "the caller hangs up": "You hung up",
  "the server hangs up": `${brand} hung up`,
  "The line is gone": "The line is gone",
};

function show() {
  const live = isLive();
  if (live && !by("setup").disabled) by("the-call").open = false; // room for the money
  by("booth").dataset.state = line.state;
  if (by("state").textContent !== stateInWords()) by("state").textContent = stateInWords();
  by("ring").disabled = live || !by("to").value;
  by("hang-up").disabled = !live;
  by("setup").disabled = live;
  for (const hint of document.querySelectorAll(".hint")) {
    const wanted = live && line.gather && (hint.dataset.wantedFor === "pin") === isPin() && !line.typed;
    hint.classList.toggle("wanted", Boolean(wanted));
    hint.disabled = !live || !line.id;
  }
  if (line.state === "ringing") sounds.ring(accessNumber().country);
  else sounds.quiet();
  showTime();
}

function showTime() {
  const since = line.state === "talking" ? line.talkSince : line.since;
  by("timer").textContent = clock(since ? ((line.over || Date.now()) - since) / 1000 : 0);
}

// --- Switches ---------------------------------------------------------------------------------------

function findVoices() {
  by("spoken").disabled = !hasVoice();
  by("voiceless").hidden = hasVoice();
}

function useChoices() {
  by("ring").addEventListener("click", ring);
  by("hang-up").addEventListener("click", hangUp);
  document.addEventListener("keydown", (event) => event.key === "Escape" && hangUp());
  by("tones").addEventListener("change", () => {
    sounds.on = by("tones").checked;
    if (!sounds.on) sounds.quiet();
  });
  by("spoken").addEventListener("change", () => {
    talk.aloud = by("spoken").checked;
    talk.hush();
  });
}

function useHints(keypad) {
  for (const hint of document.querySelectorAll(".hint")) {
    hint.addEventListener("click", () => {
      const call = line;
      keypad.typeOut(hint.dataset.type, () => call === line && isLive());
    });
  }
}

useSetup();
useChoices();
useHints(new Keypad(sounds, press, () => by("keyboard").checked));
window.addEventListener("pagehide", leave);
window.speechSynthesis?.addEventListener?.("voiceschanged", findVoices);
findVoices();
by("booth").hidden = false;
new Incoming(() => !isLive(), pickUp, trouble);
show();
setInterval(() => {
  talk.tick();
  showTime();
}, 120);
