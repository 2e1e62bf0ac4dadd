/* Keys of the desk. Without script the pages are the same, with Tab. */

const WORDS = "j and k, or the arrows: the next and the one before. Enter: open it. /: find a name. A letter beside an answer: go to it, then Enter. ?: these words.";
const STEPS = "tbody th a, tbody th button, .facts-table summary";

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

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  "/": () => document.getElementById("words")?.focus(),
  "?": explain,
};
// Arrows scroll the page, but not while somebody goes through a list with them.
const goes = (key) => !key.startsWith("Arrow") || document.activeElement.matches(STEPS);

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  // A letter only goes there: what was heard on the telephone is entered by a second press.
  const answer = /^[a-z]$/i.test(event.key) && document.querySelector(`[data-key="${event.key.toLowerCase()}"]`);
  if (answer) {
    event.preventDefault();
    answer.focus();
    return;
  }
  if (!KEYS[event.key] || !goes(event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});
