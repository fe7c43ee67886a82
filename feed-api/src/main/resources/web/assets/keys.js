// The keys of the feed, and a sheet that shows them.
import { h } from './dom.js';
import { openSheet, sheetIsOpen } from './sheet.js';

const SHOWN = [
  [['↓', '↑'], 'keys.move'],
  [['Home'], 'keys.first'],
  [['Space'], 'keys.play'],
  [['L'], 'action.like'],
  [['C'], 'action.comment'],
  [['S'], 'action.save'],
  [['R'], 'action.share'],
  [['F'], 'action.follow'],
  [['B'], 'action.buy'],
  [['W'], 'action.why'],
  [['H'], 'action.hide'],
  [['D'], 'keys.dial'],
  [['1', '…', '5'], 'keys.surface'],
  [['?'], 'keys.help'],
];

/** @param page `timeline`, `doings`; `choose(n)` opens the n-th surface; `dial()` goes to the dial */
export function listenToKeys({ timeline, doings, choose, dial }) {
  const on = (action) => (card) => card && doings[action](card);
  const run = {
    arrowdown: () => timeline.move(1),
    pagedown: () => timeline.move(1),
    j: () => timeline.move(1),
    arrowup: () => timeline.move(-1),
    pageup: () => timeline.move(-1),
    k: () => timeline.move(-1),
    home: () => timeline.first(),
    l: on('like'),
    c: on('comment'),
    s: on('save'),
    r: on('share'),
    f: on('follow'),
    b: on('buy'),
    w: on('why'),
    h: on('hide'),
    d: dial,
    ' ': (card) => card?.togglePlay(),
    '?': showKeys,
  };
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || sheetIsOpen()) return;
    if (event.target.closest('input, textarea, select, [role=tablist]')) return;
    if (event.key === ' ' && event.target.closest('button, a, summary')) return;
    if (/^[1-5]$/.test(event.key)) return void choose(Number(event.key) - 1);
    const does = run[event.key.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    if (event.repeat && !/^(arrow|page)/i.test(event.key)) return;
    does(timeline.active);
  });
}

export function showKeys() {
  openSheet({ i18nTitle: 'keys.title', testid: 'keys-panel', kind: 'keys-sheet' },
    h('dl', { class: 'keys' }, ...SHOWN.map(([caps, key]) =>
      h('div', {}, h('dt', {}, ...caps.map((cap) => (cap === '…' ? '…' : h('kbd', { text: cap })))), h('dd', { i18n: key })))));
}
