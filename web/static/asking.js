/** Asks in place: what a press would bring takes the place of the page, and history and address stay as they are. */

import { showAt } from './covering.js';
import { leaving } from './leaving.js';
import { say, unsay } from './saying.js';

const DOUBLE_PRESS_MS = 1000;
const SLOW_MS = 700;
const GIVE_UP_MS = 20000;

// The one place where text becomes a page: an answer of this site, taken apart in a document where nothing runs.
const keepText = { createHTML: (text) => text };
const policy = globalThis.trustedTypes?.createPolicy('page', keepText) ?? keepText;

let asked = { request: new AbortController() };
let inList;

const page = () => document.querySelector('main.page');
const buttonOf = ({ name, value }) => page().querySelector(`button[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
const wayBack = () => page().querySelector('button:is([name="l"], [name="x"], [name="z"])[value=""]');

/** Ask for a page and show it. The same press again is the same question; another one takes its place. */
async function ask(body, place) {
  const now = performance.now();
  if (asked.body === body && now - asked.at < DOUBLE_PRESS_MS) return;
  asked.request.abort();
  const request = new AbortController();
  asked = { body, at: now, request };
  page().ariaBusy = 'true';
  page().querySelector('#lost')?.setAttribute('hidden', '');
  const slow = setTimeout(say, SLOW_MS, 'wait');
  const tooSlow = setTimeout(() => request.abort(), GIVE_UP_MS);
  const next = await answer(body, request.signal).catch(() => undefined);
  clearTimeout(slow);
  clearTimeout(tooSlow);
  if (asked.request !== request || leaving.aborted) return;
  asked.body = undefined;
  page().ariaBusy = null;
  unsay();
  if (next) show(next, place);
  else page().querySelector('#lost')?.removeAttribute('hidden');
}

/** The page that answers; throws when none comes, undefined when what comes is not a page of this site. Where a proxy
 * took away what tells that script asks, the site sends the browser to the page instead: then the browser asks again. */
async function answer(body, signal) {
  const response = await fetch('/', {
    ...(body && { method: 'POST', body: new URLSearchParams(body) }),
    headers: { 'x-in-page': '1' },
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    redirect: 'manual',
    mode: 'same-origin',
    signal,
  });
  if (response.type === 'opaqueredirect') {
    askPlainly(body);
    throw new Error('asked without script');
  }
  const next = new DOMParser().parseFromString(policy.createHTML(await response.text()), 'text/html');
  return next.querySelector('main.page') && next;
}

/** Send a form as it is sent without script; until its page comes this one stays as it is. */
function askPlainly(body) {
  asked = { request: new AbortController() };
  const form = Object.assign(document.createElement('form'), { method: 'post', action: '/', autocomplete: 'off', hidden: true });
  for (const [name, value] of new URLSearchParams(body)) {
    form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
  }
  document.body.append(form);
  form.submit();
}

/** Put a page in the place of this one, with the focus on its heading, or where somebody was in the list. */
function show(next, place) {
  for (const name of ['lang', 'dir']) document.documentElement[name] = next.documentElement[name];
  document.body.dataset.print = next.body.dataset.print;
  for (const part of ['.bar', '.cover']) liken(document.querySelector(part), next.querySelector(part));
  page().replaceWith(next.querySelector('main.page'));
  document.dispatchEvent(new Event('newpage'));
  const button = place && buttonOf(place);
  if (button) {
    for (let fold = button.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    showAt(button, place.top);
    return;
  }
  const heading = page().querySelector('h1');
  const notice = page().querySelector('.note[role="status"]');
  // A notice that comes with its page is not read aloud by itself, so it is read with the heading.
  if (notice) {
    notice.id = 'notice';
    heading.setAttribute('aria-describedby', 'notice');
  }
  showAt(heading, 0);
}

/** Make a part of the page like a new one and keep what is the same: a press on the way out that has begun must end. */
function liken(old, fresh) {
  if (!old || !fresh) return;
  if (old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const parts = [...fresh.childNodes];
  if (old.childNodes.length === parts.length) [...old.childNodes].forEach((part, index) => liken(part, parts[index]));
  else old.replaceChildren(...parts);
}

function submit(event) {
  const form = event.target;
  const button = event.submitter;
  // A file that is to be kept is not asked for in the page.
  if (form.getAttribute('action') !== '/' || form.id === 'file' || event.defaultPrevented) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, button)).toString();
  const { name, value } = button ?? {};
  const isBack = button && page().contains(button) && value === '' && /^[lxz]$/.test(name);
  if (!wayBack() && value && /^[lxyz]$/.test(name)) {
    // A report is not made once more by Enter: after it the card's own button has the focus.
    const place = name === 'y' ? { name: 'l', value: value.split(':').pop() } : { name, value };
    inList = { ...place, top: scrollY };
  }
  // Who reads changes the notes beside the button, so nothing moves.
  ask(body, name === 'v' ? { name, value, top: scrollY } : isBack && inList);
}

function click(event) {
  if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const href = event.target.closest?.('a[href]')?.getAttribute('href');
  // A page that is nothing but the cover has no place for another one.
  if (!page()) return;
  if (href === '/') ask('');
  else if (href === '#page') showAt(page(), 0);
  else return;
  event.preventDefault();
}

/** Begin to answer presses in place. */
export function answerInPlace() {
  document.addEventListener('submit', submit);
  document.addEventListener('click', click);
  leaving.addEventListener('abort', () => asked.request.abort());
}
