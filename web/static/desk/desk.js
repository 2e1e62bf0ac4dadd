/* Keys of the desk. Without script the pages are the same, with Tab. */

const WORDS = "Control and Enter: save the form. On yes, ask or no: y, a or n. j and k, or the arrows: the next and the one before. Enter: open it. /: find a name. A letter beside an answer: go to it, then Enter. ?: these words.";
const STEPS = "tbody th a, tbody th button, .facts-table a, .tri input:checked";

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
