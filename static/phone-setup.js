// Who rings whom, and how the other side behaves: what is chosen before a call.

const RINGS = 3; // seconds until somebody answers
const SECONDS_MAX = 9999;

const by = (id) => document.getElementById(id);
const chosen = (id) => by(id).selectedOptions[0];

// The call as the stand-in understands it.
export function wishes() {
  const seconds = Math.trunc(Math.min(Math.max(Number(by("seconds").value) || 0, 0), SECONDS_MAX));
  return {
    from: caller(),
    to: by("to").value,
    stir: by("stir").value,
    callee: by("callee").value.replace("SECONDS", seconds).replace("RINGS", RINGS),
  };
}

// Its language and country.
export function accessNumber() {
  return chosen("to")?.dataset ?? {};
}

export function useSetup() {
  by("who").addEventListener("change", chooseCaller);
  by("the-call").addEventListener("input", tell);
  by("the-call").addEventListener("change", tell);
  chooseCaller();
  tell();
}

function caller() {
  return by("who").value || by("own").value;
}

function chooseCaller() {
  by("own-field").hidden = by("who").value !== "";
  by("stir").value = chosen("who").dataset.stir;
}

// In short, and only the fields that matter.
function tell() {
  by("seconds-field").hidden = !by("callee").value.includes("SECONDS");
  const who = by("who").value ? chosen("who").text : caller() || "Somebody without a number";
  by("short").textContent = by("invite-who").textContent = `${who} rings ${chosen("to")?.text ?? "nobody"}`;
}
