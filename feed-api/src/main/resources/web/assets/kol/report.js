// What a campaign brought: what a brand that launches something would ask.
import { api } from '../api.js';
import { moneys } from '../counters.js';
import { h } from '../dom.js';
import { colour, dressed, Plot } from '../echarts.js';
import { money, number, t } from '../i18n.js';
import { openSheet } from '../sheet.js';
import { toastError } from '../toast.js';
import { barTable } from './bars.js';
import { csvButton, save } from './download.js';
import { DAY } from './range.js';
import { day, estimate, share, signed, when } from './words.js';

/** Opens the report of a campaign; @param onForgotten called after it was deleted */
export function openReport(question, campaign, onForgotten) {
  const body = h('div', { class: 'report', 'aria-busy': 'true' }, h('div', { class: 'spinner' }));
  const plots = [];
  const dialog = openSheet({ title: campaign.name, kind: 'report-sheet', testid: 'campaign-report' }, body);
  dialog.addEventListener('close', () => plots.forEach((plot) => plot.close()));
  question.use((token) => api.campaign(token, question.authorId, campaign.id)).then(
    (report) => {
      body.removeAttribute('aria-busy');
      body.replaceChildren(...sections(report, plots), foot(question, campaign, dialog, onForgotten));
    },
    (error) => {
      body.removeAttribute('aria-busy');
      body.replaceChildren(h('p', { class: 'empty', text: error.detail || t('error.network') }));
    });
}

function foot(question, campaign, dialog, onForgotten) {
  const sure = h('button', { type: 'button', class: 'quiet danger', testid: 'campaign-delete', i18n: 'kol.campaign.delete' });
  let asked = false;
  sure.addEventListener('click', async () => {
    if (!asked) {
      asked = true;
      sure.textContent = t('kol.campaign.delete.sure');
      return;
    }
    sure.disabled = true;
    try {
      await question.use((token) => api.deleteCampaign(token, question.authorId, campaign.id));
      dialog.close();
      onForgotten();
    } catch (error) {
      sure.disabled = false;
      toastError(error);
    }
  });
  return h('div', { class: 'sheet-foot' }, sure,
    csvButton('csv-campaign', () => save(`${campaign.id}.csv`, () => question.use((token) => api.campaignFile(token, question.authorId, campaign.id, 'content')))));
}

function sections(report, plots) {
  const { total } = report;
  const sold = moneys(total.salesMinor, money);
  return [
    h('p', { class: 'quiet-text', text: t('kol.campaign.days', { first: day(Date.parse(report.from)), last: day(Date.parse(report.to) - 1) }) }),
    report.withdrawn?.length ? h('p', { class: 'quiet-text', text: t('kol.campaign.withdrawn', { n: report.withdrawn.length }) }) : '',
    h('dl', { class: 'figures', testid: 'report-figures' },
      figure('kol.seen', number(total.seen), t('kol.served.of', { n: number(total.served) })),
      figure('kol.unique', number(total.uniqueViewers), report.allViewers > total.uniqueViewers ? t('kol.campaign.with-shared', { n: number(report.allViewers) }) : ''),
      figure('kol.campaign.frequency', report.frequency === undefined || report.frequency === null ? '–' : number(report.frequency, { maximumFractionDigits: 1 }), t('kol.campaign.frequency.hint')),
      figure('kol.sold', sold || '–', t('kol.campaign.orders', { n: total.actions?.PURCHASE ?? 0 }))),
    section('kol.campaign.owned', ownership(report)),
    section('kol.campaign.conversion', conversion(report)),
    report.followersByDay?.length ? section('kol.campaign.followers', followers(report, plots)) : '',
    section(report.ordered ? 'kol.campaign.parts' : 'kol.contents', parts(report)),
    report.salesByContent?.length || report.salesByAuthor?.some(({ orders }) => orders > 0) ? section('kol.sales', sales(report)) : '',
  ].filter(Boolean);
}

const figure = (key, value, hint) => h('div', {}, h('dt', { text: t(key) }), h('dd', { class: 'figure-value', text: value }), hint ? h('dd', { class: 'quiet-text', text: hint }) : null);

function section(key, ...content) {
  const id = `report-${key.replaceAll('.', '-')}`;
  for (const node of content) if (node.tagName === 'TABLE' || node.hasAttribute('role')) node.setAttribute('aria-labelledby', id);
  return h('section', { class: 'report-section' }, h('h3', { id, text: t(key) }), ...content);
}

function ownership({ ownedReach = {}, foundReach = {}, sharedReach = {} }) {
  const rows = [['owned', ownedReach], ['found', foundReach], ['shared', sharedReach]];
  return barTable({
    head: [t('kol.campaign.way'), t('kol.seen'), t('kol.engaged')],
    rows: rows.map(([key, part]) => ({ label: t(`kol.campaign.${key}-reach`), value: part.seen ?? 0, part: part.engaged ?? 0, text: number(part.seen ?? 0), more: [share(part.engaged ?? 0, part.seen)] })),
  });
}

function conversion({ conversion: steps = [] }) {
  return barTable({
    head: [t('kol.stage'), t('kol.times'), t('kol.campaign.of-previous')],
    rows: steps.map(({ step, count, ofPrevious }) => ({ label: t(`kol.step.${step}`), value: count, text: number(count), more: [ofPrevious === undefined || ofPrevious === null ? '' : share(ofPrevious, 1)] })),
  });
}

function followers({ from, to, followersByDay }, plots) {
  const known = new Map(followersByDay.map((one) => [Math.floor(Date.parse(one.at) / DAY) * DAY, one]));
  const days = [];
  for (let at = Math.floor(Date.parse(from) / DAY) * DAY; at < Math.min(Date.parse(to), Date.now()); at += DAY) days.push({ at, gained: 0, lost: 0, ...known.get(at), day: at });
  const place = h('div', { class: 'chart is-small', role: 'img', 'aria-label': t('kol.campaign.followers') });
  const line = (key, name, value) => ({ name: t(key), type: 'bar', stack: 'all', barMaxWidth: 24, data: days.map(value), itemStyle: { color: colour(name) } });
  plots.push(new Plot(place, () => dressed({
    categories: days.map((one) => one.day),
    label: (at) => when(Number(at), 'day'),
    long: (at) => when(Number(at), 'day', true),
    tip: (value) => signed(value),
    series: [line('kol.gained', 'good', (one) => one.gained), line('kol.lost', 'seen', (one) => -one.lost)],
  })));
  return h('div', {}, place, h('details', { class: 'chart-table' }, h('summary', { text: t('kol.chart.table') }),
    h('table', {}, h('thead', {}, h('tr', {}, ...['kol.when', 'kol.gained', 'kol.lost'].map((key) => h('th', { scope: 'col', text: t(key) })))),
      h('tbody', {}, ...days.filter(({ gained, lost }) => gained || lost).map((one) => h('tr', {}, h('th', { scope: 'row', text: when(one.day, 'day', true) }), h('td', { text: number(one.gained) }), h('td', { text: number(one.lost) })))))));
}

function parts({ perContent = [], ordered }) {
  return scrolled(h('table', {},
    h('thead', {}, h('tr', {}, ...['kol.content', 'kol.seen', 'kol.unique', 'kol.engaged', ...(ordered ? ['kol.campaign.continued'] : [])].map((key) => h('th', { scope: 'col', text: t(key) })))),
    h('tbody', {}, ...perContent.map((part, i) => h('tr', {},
      h('th', { scope: 'row', class: 'part-name' }, ordered ? h('span', { class: 'pick-place', text: number(i + 1) }) : null, h('span', { text: part.text || part.contentId })),
      h('td', { text: number(part.seen) }), h('td', { text: number(part.uniqueViewers ?? 0) }), h('td', { text: number(part.engaged ?? 0) }),
      ordered ? h('td', { text: part.continued ? `${estimate(part.continued.viewers, part.continued.error)} (${share(part.continued.share, 1)})` : '–' }) : null)))));
}

function sales({ salesByContent = [], salesByAuthor = [], perContent = [] }) {
  const texts = new Map(perContent.map(({ contentId, text }) => [contentId, text]));
  const table = (key, rows, name) => scrolled(h('table', {},
    h('thead', {}, h('tr', {}, ...[key, 'kol.orders', 'kol.sold', 'kol.refunded', 'kol.commission'].map((one) => h('th', { scope: 'col', text: t(one) })))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, h('th', { scope: 'row', class: 'part-name', text: name(row) }), h('td', { text: number(row.orders ?? 0) }),
      ...['salesMinor', 'refundsMinor', 'commissionMinor'].map((field) => h('td', { text: moneys(row[field], money) || '–' })))))));
  return h('div', {},
    table('kol.content', salesByContent, (row) => texts.get(row.contentId) || row.contentId),
    salesByAuthor.length > 1 ? table('kol.author', salesByAuthor, (row) => row.authorName || row.authorId) : '');
}

const scrolled = (table) => h('div', { class: 'report-scroll', tabindex: '0', role: 'group' }, table);
