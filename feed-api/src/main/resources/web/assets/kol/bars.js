// Bars that are a table: what an eye reads as lengths, a screen reader reads as rows.
import { h } from '../dom.js';

/**
 * @param labelledBy id of the heading
 * @param head texts of the columns; the first two are the label and the value that the bar shows
 * @param rows `{label, value, part, text, more: [texts]}`: `part` of `value` is drawn darker
 */
export function barTable({ labelledBy, head, rows }) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return h('table', { class: 'bars', 'aria-labelledby': labelledBy },
    h('thead', {}, h('tr', {}, ...head.map((text, i) => h('th', { scope: 'col', text, class: i === 1 ? 'bars-value' : null })))),
    h('tbody', {}, ...rows.map((row) => h('tr', {},
      h('th', { scope: 'row', text: row.label }),
      h('td', { class: 'bars-value' }, bar(row.value / most, row.part === undefined ? 0 : row.part / most), h('span', { text: row.text })),
      ...(row.more ?? []).map((text) => h('td', { text }))))));
}

function bar(length, part) {
  const node = h('i', { class: 'bar', 'aria-hidden': 'true' });
  node.style.setProperty('--length', Math.min(1, Math.max(0, length)).toFixed(4));
  node.style.setProperty('--part', Math.min(1, Math.max(0, part)).toFixed(4));
  return node;
}
