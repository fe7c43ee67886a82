// Bars that are a table: what an eye reads as lengths, a screen reader reads as rows.
import { h } from '../dom.js';

/**
 * @param labelledBy id of the heading
 * @param head texts of the columns; the first two are the label and the value that the bar shows
 * @param rows `{label, value, part, text, more: [texts]}`: `part` of `value` is drawn darker
 */
export function barTable({ labelledBy, head, rows }) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  // The roles are written out because a grid takes them from a table in some browsers.
  const table = h('table', { class: 'bars', role: 'table', 'aria-labelledby': labelledBy },
    h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...head.map((text) => h('th', { role: 'columnheader', scope: 'col', text })))),
    h('tbody', { role: 'rowgroup' }, ...rows.map((row) => h('tr', { role: 'row' },
      h('th', { role: 'rowheader', scope: 'row', text: row.label }),
      h('td', { role: 'cell', class: 'bars-value', text: row.text }),
      ...(row.more ?? []).map((text) => h('td', { role: 'cell', text })),
      bar(row.value / most, row.part === undefined ? 0 : row.part / most)))));
  table.style.setProperty('--columns', head.length - 1);
  return table;
}

function bar(length, part) {
  const node = h('td', { class: 'bar', role: 'presentation', 'aria-hidden': 'true' });
  node.style.setProperty('--length', Math.min(1, Math.max(0, length)).toFixed(4));
  node.style.setProperty('--part', Math.min(1, Math.max(0, part)).toFixed(4));
  return node;
}
