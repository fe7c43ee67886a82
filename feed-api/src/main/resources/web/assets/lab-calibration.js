// Calibration, head by head: what was predicted against what came, as a small drawing and as a table.
import { h } from './dom.js';
import { known, number, t } from './i18n.js';

const SVG = 'http://www.w3.org/2000/svg';
const SIDE = 100;
const ROOM = 6;

const share = (value) => number(value, { style: 'percent', maximumSignificantDigits: 2 });
export const headName = (head) => known(`lab.head.${head}`) ?? head;

function s(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** @param ratio what was predicted by what came, over all rows */
export function calibrationPlot(head, bins, ratio) {
  const most = Math.max(1e-9, ...bins.flatMap(({ predicted, observed }) => [predicted, observed])) * 1.04;
  // By the square root, so that the many small promises of a rare action do not lie on each other.
  const along = (value) => SIDE * Math.sqrt(value / most);
  const x = (value) => (ROOM + along(value)).toFixed(2);
  const y = (value) => (ROOM + SIDE - along(value)).toFixed(2);
  const size = SIDE + 2 * ROOM;
  const last = bins.at(-1);
  const svg = s('svg', { viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': t('lab.calibration.label', { head: headName(head), predicted: share(last.predicted), observed: share(last.observed) }) },
    s('rect', { x: ROOM, y: ROOM, width: SIDE, height: SIDE, rx: 3, class: 'plot-ground' }),
    ...[0.25, 0.5, 0.75].map(Math.sqrt).flatMap((at) => [
      s('line', { x1: ROOM + SIDE * at, x2: ROOM + SIDE * at, y1: ROOM, y2: ROOM + SIDE, class: 'plot-grid' }),
      s('line', { y1: ROOM + SIDE * (1 - at), y2: ROOM + SIDE * (1 - at), x1: ROOM, x2: ROOM + SIDE, class: 'plot-grid' })]),
    s('line', { x1: x(0), y1: y(0), x2: x(most), y2: y(most), class: 'plot-true' }),
    s('polyline', { points: bins.map(({ predicted, observed }) => `${x(predicted)},${y(observed)}`).join(' '), class: 'plot-line' }),
    ...bins.map(({ predicted, observed, count }) => {
      const title = document.createElementNS(SVG, 'title');
      title.textContent = t('lab.calibration.bin', { predicted: share(predicted), observed: share(observed), count: number(count) });
      return s('circle', { cx: x(predicted), cy: y(observed), r: 2.6, class: 'plot-dot' }, title);
    }));
  return h('figure', { class: 'plot', testid: 'plot', data: { head } },
    h('figcaption', {}, h('strong', { text: headName(head) }), ratio === undefined ? null : h('span', { class: 'ratio', title: t('lab.calibration.ratio'), text: `× ${number(ratio, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}` })),
    svg,
    h('p', { class: 'plot-scale', 'aria-hidden': 'true' }, h('span', { text: '0' }), h('span', { text: share(most) })));
}

/** @param heads pairs of a head and its bins */
export function calibrationTable(heads) {
  const head = ['lab.head', 'lab.calibration.predicted', 'lab.calibration.observed', 'lab.column.rows'];
  return h('table', {}, h('thead', {}, h('tr', {}, ...head.map((key) => h('th', { scope: 'col', i18n: key })))),
    h('tbody', {}, ...heads.flatMap(([name, bins]) => bins.map(({ predicted, observed, count }) =>
      h('tr', {}, h('th', { scope: 'row', text: headName(name) }), ...[share(predicted), share(observed), number(count)].map((text) => h('td', { text })))))));
}
