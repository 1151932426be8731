// A page that waits for something looks again by itself until that is known.

const FIRST_MS = 2000;
const LONGEST_MS = 30000;

async function again(wait) {
  await new Promise((resolve) => setTimeout(resolve, wait));
  const known = document.querySelector("#state[data-waits]");
  if (!known) return;
  if (!document.hidden) await look(known);
  again(Math.min(wait * 1.3, LONGEST_MS));
}

async function look(known) {
  try {
    const answer = await fetch(location.pathname, { redirect: "error" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("#state");
    if (!fresh || fresh.innerHTML === known.innerHTML) return;
    known.replaceChildren(...fresh.childNodes);
    known.toggleAttribute("data-waits", fresh.hasAttribute("data-waits"));
  } catch {
    // the network is away: the next look may find it again
  }
}

again(FIRST_MS);
