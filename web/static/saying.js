/** One line beside the way out, for what script has to say: read aloud, moving and covering nothing. */

const STAYS_MS = 5000;
let hush;

/** Say one of the sentences that the page brings along on its line, by name; it goes away by itself. */
export function say(name) {
  const line = document.getElementById('said');
  if (!line) return;
  clearTimeout(hush);
  line.textContent = line.dataset[name] ?? '';
  hush = setTimeout(unsay, STAYS_MS);
}

/** Take back what was said. */
export function unsay() {
  clearTimeout(hush);
  document.getElementById('said')?.replaceChildren();
}
