/* Keys of the desk: j and k go through the links of a table, / goes to the field for names. Without script the page is the
   same, with Tab. */

const links = () => [...document.querySelectorAll("tbody th a")];

const step = (by) => {
  const all = links();
  const at = all.indexOf(document.activeElement);
  all[Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
};

const KEYS = { j: () => step(1), k: () => step(-1), "/": () => document.getElementById("words")?.focus() };

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});
