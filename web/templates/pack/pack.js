// After its last day nothing is left of the pack but the lines that are fixed in the program. The day is the device's:
// it stands in large letters, so that whoever reads sees a clock that is wrong.
const main = document.querySelector('main');
const said = document.getElementById('day');
const two = (number) => String(number).padStart(2, '0');

function look() {
  const now = new Date();
  said.textContent = now.toLocaleDateString(document.documentElement.lang, { dateStyle: 'long', calendar: 'gregory' });
  if (`${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}` <= main.dataset.until) return;
  document.getElementById('rest')?.remove();
  document.querySelector('.until')?.remove();
  document.getElementById('over').hidden = false;
}

document.getElementById('today').hidden = false;
look();
// A file that stays open grows old too.
setInterval(look, 60000);
document.addEventListener('visibilitychange', look);
window.addEventListener('beforeprint', look);
