/* Keys of the desk. Without script the pages are the same, with Tab. */

const WORDS = "Control and Enter: save the form. On yes, ask or no: y, a or n. In a review: a takes theirs, d keeps ours, or leaves something new out; s the same, o another one. In the list: x chooses a listing. j and k, or the arrows: the next and the one before. Enter: open it. /: find a name. A letter or a figure: go to what has it, then Enter. ?: these words.";
const REVIEW = document.querySelector("form[data-review]");
const STEPS = REVIEW ? "tr[data-line] input" : "tbody th a, tbody th button, .facts-table a, .tri input:checked";

const seen = () => [...document.querySelectorAll(STEPS)].filter((one) => one.checkVisibility());

// Keys of one letter get in the way of whoever speaks to a machine: they can be turned off, until somebody signs out.
const OFF = "desk-keys-off";
const areOff = () => localStorage.getItem(OFF) !== null;

/** Says in a note of keys whether they work, with a button that changes it. */
const offer = (note) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  const say = () => {
    button.textContent = areOff() ? "Turn these keys on" : "Turn these keys off";
    note.classList.toggle("off", areOff());
  };
  button.addEventListener("click", () => {
    if (areOff()) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    say();
  });
  say();
  note.append(" ", button);
  note.hidden = false;
};
document.querySelectorAll("[data-keys]").forEach(offer);

// In a narrow window the tabs are one row that scrolls; where somebody is stands in sight.
const here = document.querySelector(".bar .tabs [aria-current]");
if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 48;

/** Chooses the listing of the line where somebody is, or no longer. */
const choose = () => document.activeElement.closest("tr")?.querySelector("input[name=listing]")?.click();

// How many are chosen is heard, too: the tick itself is elsewhere.
const chosen = document.querySelector("[data-chosen]");
document.querySelector(".listings")?.addEventListener("change", () => {
  if (chosen) chosen.textContent = `${document.querySelectorAll("input[name=listing]:checked").length} chosen.`;
});

const step = (by) => {
  const all = seen();
  const at = all.indexOf(document.activeElement);
  all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
};

const explain = () => {
  const there = document.getElementById("keys");
  if (there) return there.remove();
  const words = document.createElement("p");
  words.id = "keys";
  words.className = "undo";
  words.setAttribute("role", "status");
  words.textContent = WORDS;
  offer(words);
  document.getElementById("page").append(words);
  words.scrollIntoView({ block: "nearest" });
};

/** Counts on the page what the server has noted. */
const count = (what, by) => {
  const shown = document.querySelector(`[data-${what}]`);
  shown.textContent = Number(shown.textContent) + by;
};

/** Decides the line of a review where somebody is, without leaving the page; where that fails the page is sent. */
const decide = async (verdict) => {
  const row = document.activeElement.closest("tr[data-line]");
  const button = row?.querySelector(`button[value^="${verdict}."]`);
  if (!button) return;
  const body = new URLSearchParams(new FormData(REVIEW, button));
  step(1);
  const answer = await fetch(REVIEW.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer?.type !== "opaqueredirect") return button.click();
  if (row.querySelector("button[value^='later.']").ariaPressed === "true") {
    count("decided", 1);
    count("left", -1);
  }
  for (const one of button.parentElement.children) one.ariaPressed = String(one === button);
};

const KEYS = {
  ...(REVIEW && { a: () => decide("take"), d: () => decide("keep"), s: () => decide("same"), o: () => decide("other") }),
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  x: choose,
  "/": () => document.getElementById("words")?.focus(),
  "?": explain,
};
// Arrows scroll the page, but not while somebody goes through a list with them; they are an answer's own keys.
const goes = (key) => !key.startsWith("Arrow") || document.activeElement.matches(`${STEPS}:not(.tri input)`);
const ANSWERS = { y: "yes", a: "ask", n: "no" };

// What somebody came for is ready to be typed over. The browser goes to the fragment by itself with the first picture
// of the page, and takes the focus from what cannot have it; the second picture comes after that.
const reached = document.getElementById(location.hash.slice(1));
const first = reached?.matches(".entry") && reached.querySelector("input:not([type=hidden]), select, textarea");
const take = () => {
  first.focus();
  first.select?.();
};
if (first) requestAnimationFrame(() => requestAnimationFrame(take));

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    document.querySelector("form[data-save]")?.requestSubmit();
    return;
  }
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const need = event.target.closest(".tri");
  const said = need?.querySelector(`[value="${ANSWERS[event.key.toLowerCase()]}"]`);
  if (said) {
    event.preventDefault();
    said.click();
    said.focus();
    step(1);
    return;
  }
  if (event.key.length === 1 && areOff()) return;
  // A letter only goes there: what was heard on the telephone is entered by a second press.
  const answer = /^[a-z1-9]$/i.test(event.key) && document.querySelector(`[data-key="${event.key.toLowerCase()}"]`);
  if (answer) {
    event.preventDefault();
    answer.focus();
    return;
  }
  if (!KEYS[event.key] || !goes(event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});
