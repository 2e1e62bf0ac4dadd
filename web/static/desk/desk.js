/* Keys of the desk. Without script the pages are the same, with Tab. */

const WORDS = "Control and Enter: save the form. On yes, ask or no: y, a or n. In a review: a takes theirs, d keeps ours. j and k, or the arrows: the next and the one before. Enter: open it. /: find a name. A letter or a figure: go to what has it, then Enter. ?: these words.";
const REVIEW = document.querySelector("form[data-review]");
const STEPS = REVIEW ? "tr[data-line] input" : "tbody th a, tbody th button, .facts-table a, .tri input:checked";

const seen = () => [...document.querySelectorAll(STEPS)].filter((one) => one.checkVisibility());

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
  ...(REVIEW && { a: () => decide("take"), d: () => decide("keep") }),
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  "/": () => document.getElementById("words")?.focus(),
  "?": explain,
};
// Arrows scroll the page, but not while somebody goes through a list with them; they are an answer's own keys.
const goes = (key) => !key.startsWith("Arrow") || document.activeElement.matches(`${STEPS}:not(.tri input)`);
const ANSWERS = { y: "yes", a: "ask", n: "no" };

// What somebody came for is ready to be typed over.
const reached = document.getElementById(location.hash.slice(1));
const first = reached?.matches(".entry") && reached.querySelector("input:not([type=hidden]), select, textarea");
if (first) {
  first.focus();
  first.select?.();
}

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
