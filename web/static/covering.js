/** The cover: it comes by itself when nobody looks at the page, and takes the focus so that no key acts beneath it. */

import { leaving } from './leaving.js';

const IDLE_MS = 3 * 60 * 1000;
const CHECK_MS = 5000;

let coversOnBlur = false;
let lastAct = Date.now();
let beneath = { element: null, top: 0 };

const find = (id) => document.getElementById(id);

/** Whether the cover shows: exactly one of its two switches is on, as the style sheet has it. */
function isCovered() {
  return Boolean(find('look')) && find('look').checked !== find('show')?.checked;
}

/** Give the focus to something that need not be a control. */
function focus(element) {
  if (!element) return;
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}

/** Lay the cover over the page. */
function cover() {
  if (leaving.aborted || !find('look') || isCovered()) return;
  note();
  turn(true);
  enter();
}

/** Set the switches as they are at first, the cover on or off: its fold is closed, so to come back takes two acts. */
function turn(isOn) {
  find('look').checked = isOn;
  for (const name of ['show', 'sure']) if (find(name)) find(name).checked = false;
  for (const fold of document.querySelectorAll('.cover details')) fold.open = false;
}

/** Note where the page stands: once the cover's switch has turned, nobody can tell any more. */
function note() {
  if (!isCovered()) beneath.top = scrollY;
}

function enter() {
  document.dispatchEvent(new Event('covered'));
  scrollTo(0, 0);
  focus(document.querySelector('.cover [role="heading"]'));
}

/** Show a part of the page with the focus on it; under the cover, once the cover is gone. */
export function showAt(element, top) {
  beneath = { element, top };
  if (!isCovered()) uncover();
  // The cover has come anew with the page, so that nothing of it has the focus any more.
  else if (document.activeElement === document.body) enter();
}

function uncover() {
  const { element, top } = beneath;
  scrollTo(0, top);
  focus(element?.isConnected ? element : document.querySelector('main.page h1'));
}

/** Follow the two switches of the cover. */
function switched(event) {
  if (event.target.id === 'cover-blur') coversOnBlur = event.target.checked;
  if (event.target.id !== 'look' && event.target.id !== 'show') return;
  if (isCovered()) {
    enter();
    return;
  }
  turn(false);
  uncover();
}

/** Cover a page at which nobody has done anything for a while, by the clock, so that a sleeping machine counts too.
 * A number that is being read aloud stays: two people look at it and press nothing. */
function coverIfIdle() {
  if (document.querySelector('.aloud')) return;
  if (Date.now() - lastAct >= IDLE_MS) cover();
}

function act(event) {
  coverIfIdle();
  lastAct = Date.now();
  if (event.type === 'keydown' || event.type === 'pointerdown') note();
}

/** Begin to watch. */
export function watchTheCover() {
  document.addEventListener('visibilitychange', () => document.hidden && cover());
  addEventListener('blur', () => coversOnBlur && cover());
  addEventListener('change', switched);
  document.addEventListener('focusin', ({ target }) => {
    if (target.closest('main.page')) beneath.element = target;
  });
  for (const type of ['keydown', 'pointerdown', 'pointermove', 'wheel', 'scroll']) {
    addEventListener(type, act, { capture: true, passive: true });
  }
  setInterval(coverIfIdle, CHECK_MS);
}

/** Show how the cover is set. */
export function showCovering() {
  const onBlur = find('cover-blur');
  if (onBlur) onBlur.checked = coversOnBlur;
}
