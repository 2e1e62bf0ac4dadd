/** Leaving by keys: Shift three times, or Escape three times, within five seconds. */

import { leave } from './leaving.js';
import { say, unsay } from './saying.js';

const PRESSES = 3;
const WITHIN_MS = 5000;
const EXIT_KEYS = ['Shift', 'Escape'];
// So soon after a key with a modifier a press still belongs to it; later it is a press of its own.
const MODIFIED_MS = 700;
const MODIFIERS = ['Control', 'Alt', 'Meta', 'AltGraph', 'OS', 'Shift'];
const TO_GO = { 1: 'twice', 2: 'once' };

let areOff = false;
let key = '';
let times = [];
let modifiedAt = -Infinity;

function forget() {
  if (times.length) unsay();
  times = [];
}

/** Whether keys can be pressed here that are not drawn on the screen. */
function hasKeyboard() {
  return !matchMedia('(pointer: coarse)').matches || matchMedia('(any-pointer: fine)').matches;
}

/** Whether the keyboard is one that is drawn, or a word is being put together with it. */
function isDrawn(event) {
  return event.isComposing || event.keyCode === 229 || event.code === '';
}

function isModified(event) {
  return MODIFIERS.some((name) => name !== event.key && event.getModifierState(name));
}

function down(event) {
  if (event.repeat) return;
  const isAfterModified = event.timeStamp - modifiedAt < MODIFIED_MS;
  const isWithModifier = isModified(event);
  modifiedAt = isWithModifier ? event.timeStamp : -Infinity;
  if (areOff || !EXIT_KEYS.includes(event.key) || isWithModifier || isAfterModified || isDrawn(event) || !hasKeyboard()) {
    forget();
    return;
  }
  if (event.key !== key) forget();
  key = event.key;
  times = [...times.filter((time) => event.timeStamp - time <= WITHIN_MS), event.timeStamp];
  if (times.length < PRESSES) return;
  times = [];
  // Firefox takes Escape for "stop loading" when the press is over, so the way there begins after it.
  leave({ later: key === 'Escape' });
}

/** Say how often more. Only when the key comes up again: Shift that makes a capital is followed by a letter first. */
function up(event) {
  if (event.key === key && times.length) say(TO_GO[times.length]);
}

/** Begin to listen: everywhere on the page, inside fields too. */
export function watchKeys() {
  addEventListener('keydown', down, true);
  addEventListener('keyup', up, true);
  for (const type of ['pointerdown', 'wheel']) addEventListener(type, forget, { capture: true, passive: true });
  addEventListener('change', (event) => {
    if (event.target.id !== 'keys-off') return;
    areOff = event.target.checked;
    forget();
  });
}

/** Show what the foot says about the keys, which is untrue without script, and how they are set. */
export function showKeys() {
  const hint = document.getElementById('keys');
  if (!hint || !hasKeyboard()) return;
  for (const part of [hint, ...hint.querySelectorAll('[hidden]')]) part.hidden = false;
  const off = document.getElementById('keys-off');
  if (off) off.checked = areOff;
}
