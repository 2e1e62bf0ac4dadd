/** The way out: the page is emptied in the task of the press, and only then does the browser go elsewhere. */

// An exit that is slow is not asked again by every further press: that would only make it begin anew.
const PATIENCE_MS = 3000;

const left = new AbortController();
let exit, triedAt;

/** Aborted once this page is left or emptied: nothing may be asked for or shown after that. */
export const leaving = left.signal;

/** Empty the page for good. Its title and its icon are neutral already: all pages share them. */
function blank() {
  for (const field of document.querySelectorAll('input, select, textarea')) {
    field.checked = false;
    field.value = '';
  }
  // The body may not be there yet when somebody leaves while the page is still coming.
  document.body?.replaceChildren();
  left.abort();
}

/** Put the exit in the place of this page, so that Back does not come here. */
function go() {
  triedAt = performance.now();
  location.replace(exit);
}

/** Leave: empty the page now and go, at once or `later`, when the press has run its course. */
export function leave({ later = false } = {}) {
  if (leaving.aborted) return;
  exit = document.getElementById('leave')?.href;
  if (!exit) return;
  // What is still on its way would be added to the empty page.
  stop();
  blank();
  if (later) setTimeout(go);
  else go();
}

/** A press on the way out leaves, with whatever key or button: none may open it elsewhere and let this page stand. */
function press(event) {
  if (event.button > 1 || !event.target.closest?.('#leave')) return;
  event.preventDefault();
  leave();
}

/** After leaving, no key stops the browser on its way, and a later press tries again. */
function again(event) {
  if (!exit || !leaving.aborted) return;
  if (event.type === 'keydown') event.preventDefault();
  if (performance.now() - triedAt > PATIENCE_MS) go();
}

/** From a heading that script gave the focus, Tab begins at the top as on a page that has just come: Leave is near. */
function tab(event) {
  if (event.key !== 'Tab' || event.shiftKey || !document.activeElement.matches('h1, .cover [role="heading"]')) return;
  event.preventDefault();
  const first = ['.skip', '#leave'].map((name) => document.querySelector(name));
  first.find((link) => link.getClientRects().length).focus();
}

/** A page that the browser kept and brings back is empty; the start page takes its place. */
function comeBack(event) {
  if (!event.persisted) return;
  blank();
  location.replace('/');
}

/** Begin to listen. */
export function watchTheWayOut() {
  for (const type of ['click', 'auxclick']) addEventListener(type, press, true);
  for (const type of ['keydown', 'pointerdown']) addEventListener(type, again, true);
  addEventListener('keydown', tab);
  // However this page is left, nothing of it is there to be brought back.
  addEventListener('pagehide', blank);
  addEventListener('pageshow', comeBack);
}
