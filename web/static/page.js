/** What script adds to the public pages. Each of them works without it, but for leaving and covering by keys. */

import { answerInPlace } from './asking.js';
import { showClocks, watchTheClocks } from './clocks.js';
import { showCovering, watchTheCover } from './covering.js';
import { showKeys, watchKeys } from './keys.js';
import { watchTheWayOut } from './leaving.js';
import { showPrinting, watchPrinting } from './printing.js';

function dress() {
  showKeys();
  showCovering();
  showPrinting();
  showClocks();
}

watchTheWayOut();
watchKeys();
watchTheCover();
watchPrinting();
watchTheClocks();
answerInPlace();
document.addEventListener('newpage', dress);
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', dress);
else dress();
