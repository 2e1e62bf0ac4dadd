/** How many hours are left, worked out in the page alone: what is put in here is sent nowhere and kept nowhere. */

const find = (id) => document.getElementById(id);

/** The figure that somebody wrote, in whatever digits; null where it is none. */
function hoursSince() {
  const other = /[\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]/g;
  const written = find('since').value.trim().replace(other, (digit) => digit.charCodeAt() & 15);
  return /^\d{1,4}(?:[.,]\d)?$/.test(written) ? Number(written.replace(',', '.')) : null;
}

/** Say of one thing how it stands: hours that are left, or whom to ask; without a figure neither. */
function mark(item, since) {
  const [, left, past] = item.querySelectorAll('[aria-live] > p');
  const hours = item.dataset.within - since;
  left.hidden = since === null || hours < 0;
  past.hidden = since === null || hours >= 0;
  left.querySelector('.nums').textContent = hours < 1 ? '<1' : Math.floor(hours);
}

/** Put the care that runs out first before the rest, and what is asked for at the exam line after all of it. */
function order(list, since) {
  const rank = ({ dataset }) => (since !== null && dataset.within < since ? 1e4 : 0) + Number(dataset.within);
  const ordered = [...list.children].sort((one, other) => rank(one) - rank(other));
  // What stays in its place is not said again by what reads the screen aloud.
  if (ordered.some((item, place) => item !== list.children[place])) list.append(...ordered);
}

function tell() {
  const since = hoursSince();
  const ages = find('aged')?.value ?? '';
  for (const item of document.querySelectorAll('[data-within]')) {
    item.hidden = Boolean(ages && item.dataset.ages && item.dataset.ages !== ages);
    mark(item, since);
  }
  order(document.querySelector('.care'), since);
}

/** Forget what was put in: under the cover nothing of it waits to be found. */
function forget() {
  if (!find('since')) return;
  find('since').value = '';
  if (find('aged')) find('aged').value = '';
  tell();
}

/** Begin to listen. */
export function watchTheClocks() {
  document.addEventListener('input', ({ target }) => ['since', 'aged'].includes(target.id) && tell());
  document.addEventListener('covered', forget);
}

/** Show the fields, which do nothing without script. */
export function showClocks() {
  if (find('clocks')) find('clocks').hidden = false;
}
