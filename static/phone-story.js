// What the server did, for people to read: requests with their fields, TwiML, and the money of the call.

const TOLD = [
  "From", "To", "StirVerstat", "Digits", "FinishedOnKey", "CallStatus", "CallDuration",
  "DialCallStatus", "DialCallDuration", "DialBridged", "ErrorCode",
];
const ONLY_AT_FIRST = new Set(["From", "To", "StirVerstat"]);

// An element with classes and children; text is only ever text.
export function make(tag, classes = "", ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function spoken(seconds) {
  const minutes = Math.floor(seconds / 60);
  return [minutes && `${minutes} min`, seconds % 60 && `${seconds % 60} s`].filter(Boolean).join(" ") || "0 s";
}

// The Gather of an answer, if there is one. One of a fixed length asks for a PIN.
export function gatherOf(twiml) {
  return twiml ? new DOMParser().parseFromString(twiml, "text/xml").querySelector("Gather") : null;
}

// One event of the line as an item of the list, or null for what the telephone itself shows.
export function item(event, { asksPin }) {
  if (event.who === "server") return request(event, asksPin);
  if (event.who === "callee" || event.who === "problem" || event.who === "end") {
    return make("li", `event ${event.who}`, moment(event), make("p", "", event.text));
  }
  return null;
}

function moment(event) {
  return make("span", "moment", event.seconds.toFixed(1) + " s");
}

function request(event, asksPin) {
  const { url, params, status, twiml } = event.detail;
  const address = new URL(url);
  const shown = asksPin && params.Digits ? { ...params, Digits: "•".repeat(params.Digits.length) } : params;
  const head = make(
    "summary", "request",
    make("b", "", event.text.split(" ", 1)[0]), " ", make("code", "", address.pathname + address.search), " ",
    make("span", status === 200 ? "good" : "bad", status ? String(status) : "no answer"),
  );
  const all = make("details", "", head, fields(shown, Object.keys(shown).sort(), "fields long"));
  return make("li", "event server", moment(event), make("div", "", all, told(shown, address), answer(twiml)));
}

function told(params, address) {
  const first = address.pathname === "/ivr/voice";
  const names = TOLD.filter((name) => params[name] && (first || !ONLY_AT_FIRST.has(name)));
  return names.length ? fields(params, names, "fields") : null;
}

function fields(params, names, classes) {
  return make("dl", classes, ...names.map((name) => make("div", "", make("dt", "", name), make("dd", "", params[name]))));
}

function answer(twiml) {
  const root = twiml && new DOMParser().parseFromString(twiml, "text/xml").documentElement;
  if (!root || root.nodeName === "parsererror") return null;
  if (!root.children.length) return make("p", "note", "Answered with an empty document.");
  return make("div", "twiml", node(root));
}

// An element of TwiML on a line of its own, with what it holds indented below or behind it.
function node(element) {
  const names = [...element.attributes].flatMap(({ name, value }) => [
    " ", make("span", "attribute", name), "=", make("span", "value", ...breakable(`"${value}"`)),
  ]);
  const tag = (text) => make("span", "tag", text);
  const { nodeName, children, textContent } = element;
  if (!children.length && !textContent) return make("div", "node", tag(`<${nodeName}`), ...names, tag("/>"));
  const open = [tag(`<${nodeName}`), ...names, tag(">")];
  const close = tag(`</${nodeName}>`);
  if (!children.length) return make("div", "node", ...open, make("b", "", ...breakable(textContent)), close);
  return make("div", "", make("div", "node", ...open), make("div", "inside", ...[...children].map(node)), close);
}

// Lines may end where an address has a sign, rather than in the midst of a word.
function breakable(text) {
  return text.split(/(?<=[/?&,#])/).flatMap((part) => [part, make("wbr")]);
}

// The card and its calls, as the database says.
export function money({ card, calls }) {
  if (!card) return [make("p", "note", "No card is open yet.")];
  const rows = [["Balance", card.balance], ["Kept aside", card.held], ["Available", card.available]];
  return [make("p", "serial", `Card ${card.serial}`), sums(rows, card.currency), ...calls.map(receipt)];
}

function sums(rows, currency) {
  return make("dl", "sums", ...rows.map(([name, amount]) =>
    make("div", "", make("dt", "", name), make("dd", "", make("b", "", amount), ` ${currency}`))));
}

function receipt(call) {
  return make(
    "article", `receipt ${call.hold}`,
    make("h3", "", call.shown, " ", make("span", "", call.destination)),
    make("p", "", sentence(call)),
    make("p", "note", `${call.per_minute} ${call.currency} a minute`),
  );
}

function sentence(call) {
  const sum = (amount) => make("b", "", `${amount} ${call.currency}`);
  if (call.hold === "open") {
    return make("span", "", "Keeps aside ", sum(call.held), `, which pays for ${spoken(call.seconds_max)}.`);
  }
  if (call.hold === "settled") {
    return make("span", "", "Charged ", sum(call.price), ` for ${spoken(call.billed_seconds)}. The rest of the ${call.held} is free again.`);
  }
  const why = { busy: "Busy", no_answer: "Not answered", failed: "Not connected", canceled: "Cancelled" }[call.status];
  return make("span", "", `${why ?? "Over"}: nothing charged, ${call.held} ${call.currency} is free again.`);
}
