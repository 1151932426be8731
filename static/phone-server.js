// Asking our own server, which passes it on to the stand-in for the telephone network.

const CALLS = "/phone/calls";

export class Refused extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

export const ring = (wishes) => ask("", wishes);
export const press = (id, keys) => ask(`/${id}/keys`, { keys });
export const hangUp = (id) => ask(`/${id}/hang-up`, {});
export const events = (id, since) => ask(`/${id}/events?since=${since}`);
export const money = (id) => ask(`/${id}/money`);

// For a page that is being left: nobody waits for the answer.
export const leave = (id) => navigator.sendBeacon(`${CALLS}/${id}/hang-up`);

// With a body it is a POST. Throws Refused with a sentence for people.
async function ask(path, body) {
  const headers = { "Content-Type": "application/json" };
  const options = body && { method: "POST", headers, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(CALLS + path, options);
  } catch {
    throw new Refused("The server does not answer. Is it still running?");
  }
  const told = await answer.json().catch(() => ({ error: `The server answered with status ${answer.status}.` }));
  if (!answer.ok) throw new Refused(told.error ?? "The server refused.", answer.status);
  return told;
}
