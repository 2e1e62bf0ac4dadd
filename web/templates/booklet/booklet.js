// Shows the entries that hold all the words, or the digits, that are typed; without script all of them stand there.
const field = document.getElementById('words');
const found = document.getElementById('found');
const bare = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const entries = [...document.querySelectorAll('article')].map((article) => ({ article, words: bare(article.textContent), digits: article.textContent.replace(/\D/g, '') }));
const kinds = document.querySelector('nav');
const chapters = [...document.querySelectorAll('.chapter')];

function show() {
  const words = bare(field.value).split(/\s+/).filter(Boolean);
  const digits = field.value.replace(/\D/g, '');
  const isNumber = digits.length > 2 && !/\p{L}/u.test(field.value);
  let shown = 0;
  for (const entry of entries) {
    const fits = isNumber ? entry.digits.includes(digits) : words.every((word) => entry.words.includes(word));
    entry.article.hidden = !fits;
    shown += fits;
  }
  for (const chapter of chapters) chapter.hidden = !chapter.querySelector('article:not([hidden])');
  // What fits stands beneath the field at once.
  kinds.hidden = words.length > 0;
  found.textContent = !words.length ? '' : shown ? found.dataset.found.replace('%', shown) : found.dataset.none;
}

document.getElementById('find').hidden = false;
field.addEventListener('input', show);
