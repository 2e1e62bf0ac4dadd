/** Prints the card: what the style sheet lets through is digits and the words above them. */

function press({ target }) {
  if (target.id === 'print') print();
}

/** Begin to listen. */
export function watchPrinting() {
  document.addEventListener('click', press);
}

/** Show the button, which does nothing without script or where the browser may not print, instead of the keys. */
export function showPrinting() {
  const button = document.getElementById('print');
  if (!button || typeof globalThis.print !== 'function') return;
  button.hidden = false;
  document.getElementById('print-keys').hidden = true;
}
