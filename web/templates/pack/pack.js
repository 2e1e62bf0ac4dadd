// After its last day nothing is left of the pack but the lines that are fixed in the program. The day is the device's:
// it stands in large letters, so that whoever reads sees a clock that is wrong.
const main = document.querySelector('main');
const said = document.getElementById('day');
const two = (number) => String(number).padStart(2, '0');

function look() {
  const now = new Date();
  if (`${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}` > main.dataset.until) {
    document.querySelectorAll('#rest, .until').forEach((part) => part.remove());
    document.getElementById('over').hidden = false;
  }
  // It ends first: a browser that cannot write the day ends it all the same.
  said.textContent = now.toLocaleDateString(document.documentElement.lang, { dateStyle: 'long', calendar: 'gregory' });
}

document.getElementById('today').hidden = false;
look();
// A file that stays open grows old too.
setInterval(look, 60000);
document.addEventListener('visibilitychange', look);
window.addEventListener('beforeprint', look);
