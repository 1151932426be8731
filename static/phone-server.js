// Asking our own server, which passes it on to the stand-in for the telephone network.

const CALLS = "/phone/calls";
const RINGS = "/phone/rings";

export class Refused extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

export const ring = (wishes) => ask(CALLS, wishes);
export const press = (id, keys) => ask(`${CALLS}/${id}/keys`, { keys });
export const hangUp = (id) => ask(`${CALLS}/${id}/hang-up`, {});
export const events = (id, since) => ask(`${CALLS}/${id}/events?since=${since}`);
export const money = (id) => ask(`${CALLS}/${id}/money`);
export const rings = () => ask(RINGS);
export const answer = (id, wishes) => ask(`${RINGS}/${id}/answer`, wishes);
export const decline = (id) => ask(`${RINGS}/${id}/decline`, {});

// For a page that is being left: nobody waits for the answer.
export const leave = (id) => navigator.sendBeacon(`${CALLS}/${id}/hang-up`);

// With a body it is a POST. Throws Refused with a sentence for people.
async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  const options = body && { method: "POST", headers, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused("The server does not answer. Is it still running?");
  }
  const told = await answer.json().catch(() => ({ error: `The server answered with status ${answer.status}.` }));
  if (!answer.ok) throw new Refused(told.error ?? "The server refused.", answer.status);
  return told;
}
