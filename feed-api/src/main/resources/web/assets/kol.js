// The creator's page: live counters, reach over time, and what each content did.
import { api, Problem, Unreachable } from './api.js';
import { everyStep, ReachChart } from './chart.js';
import { Counter, moneys, seenShare } from './counters.js';
import { topicHue } from './cover.js';
import { byId, h } from './dom.js';
import { money, number, onLanguage, percent, span, t, locale, translate } from './i18n.js';
import { icon } from './icons.js';
import { avatar, chooseKol, personButton, tokenForm } from './people.js';
import { Session } from './session.js';
import { onTheme, settings } from './settings.js';
import { toastError } from './toast.js';

const POLL = 1_000;
const LONGEST_PAUSE = 15_000;
/** The contents are asked for with every fifth poll: titles do not move each second. */
const CONTENTS_EVERY = 5;
const PERIODS = { hour: 48 * 3_600_000, day: 13 * 86_400_000 };
const ROWS = 100;

const session = new Session('author');
const counters = {
  served: new Counter('served', { large: true }),
  seen: new Counter('seen', { large: true }),
  unique: new Counter('unique', { large: true }),
  likes: new Counter('likes'),
  follows: new Counter('follows'),
  purchases: new Counter('purchases'),
  watch: new Counter('watch', { format: span }),
};
const chart = new ReachChart(byId('chart'), byId('chart-rows'));

let kols = null;
let granularity = 'day';
let reach = null;
let contents = [];
let order = { column: 'served', down: true };
/** Grows when another author or period is chosen; late answers to the old question are dropped. */
let question = 0;
let polls = 0;
let pause = POLL;
let timer = null;

// --- Asking ------------------------------------------------------------------------------------------------------

function period(now = Date.now()) {
  const step = granularity === 'hour' ? 3_600_000 : 86_400_000;
  return Math.floor((now - PERIODS[granularity]) / step) * step;
}

async function poll() {
  clearTimeout(timer);
  const mine = question;
  if (!session.person || document.hidden) return;
  const query = { from: new Date(period()).toISOString(), granularity };
  if (polls++ % CONTENTS_EVERY === 0) query.by = 'content';
  try {
    const answer = await session.use((token) => api.reach(token, session.person.id, query));
    if (mine !== question) return;
    pause = POLL;
    reach = answer;
    if (answer.contents) contents = answer.contents;
    show();
    status('live');
  } catch (error) {
    if (mine !== question) return;
    const passing = error instanceof Unreachable || error.status >= 500 || error.status === 429;
    status('away', error);
    polls = 0;
    pause = Math.min(pause * 2, LONGEST_PAUSE);
    if (!passing) {
      toastError(error);
      if (error instanceof Problem && [401, 403].includes(error.status)) return choose();
    }
  }
  if (mine === question) timer = setTimeout(poll, pause);
}

function ask() {
  question++;
  polls = 0;
  pause = POLL;
  reach = null;
  contents = [];
  Object.values(counters).forEach((counter) => counter.clear());
  byId('content-rows').replaceChildren();
  poll();
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) poll();
});
addEventListener('online', () => poll());

// --- Showing -----------------------------------------------------------------------------------------------------

function status(state, error) {
  const node = byId('status');
  const words = state === 'live'
    ? t('kol.updated', { time: new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(new Date()) })
    : error instanceof Problem ? [error.message, error.detail].filter(Boolean).join('. ') : t('kol.away');
  node.dataset.state = state;
  byId('status-words').textContent = words;
  byId('status-live').hidden = state !== 'live';
  if (state === 'away' && byId('status-alert').textContent !== words) byId('status-alert').textContent = words;
  if (state === 'live') byId('status-alert').textContent = '';
}

function show() {
  if (!reach) return;
  const { total } = reach;
  const actions = total.actions ?? {};
  counters.served.show(total.served, t('kol.served.hint'));
  counters.seen.show(total.seen, seenShare(total.served, total.seen, percent));
  counters.unique.show(total.uniqueViewers, total.uniqueViewers > 0 ? t('kol.unique.hint', { n: Number((total.seen / total.uniqueViewers).toFixed(1)) }) : '');
  counters.likes.show(actions.LIKE ?? 0);
  counters.follows.show(actions.FOLLOW ?? 0);
  counters.purchases.show(actions.PURCHASE ?? 0, moneys(total.salesMinor, money));
  counters.watch.show(total.watchedMillis ?? 0);
  chart.show(everyStep(reach.series ?? [], granularity, period(), Date.now()), granularity);
  byId('chart-unit').textContent = t(`kol.chart.${granularity}`);
  showContents();
}

const COLUMNS = {
  served: (row) => row.served,
  seen: (row) => row.seen,
  rate: (row) => (row.served > 0 ? row.seen / row.served : 0),
  unique: (row) => row.uniqueViewers ?? 0,
  likes: (row) => row.actions?.LIKE ?? 0,
  purchases: (row) => row.actions?.PURCHASE ?? 0,
};

function showContents() {
  const value = COLUMNS[order.column];
  const rows = contents.toSorted((a, b) => (value(b) - value(a)) * (order.down ? 1 : -1)).slice(0, ROWS);
  byId('no-contents').hidden = rows.length > 0;
  byId('content-rows').replaceChildren(...rows.map((row) => {
    const share = Math.min(1, COLUMNS.rate(row));
    const bar = h('i', { class: 'rate-bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', share.toFixed(3));
    const mark = h('i', { class: 'kind-mark', 'aria-hidden': 'true', icon: { SHORT_VIDEO: 'play', POST: 'post', SHOP_ITEM: 'bag' }[row.kind] ?? 'post' });
    const sales = moneys(row.salesMinor, money);
    return h('tr', { data: { contentId: row.contentId } },
      h('th', { scope: 'row' }, h('div', { class: 'what' }, mark,
        h('span', {}, h('span', { class: 'what-text', text: row.text || t('kol.untitled') }), h('small', { text: `${t(`kind.${row.kind}`)} · ${row.contentId}` })))),
      h('td', { text: number(row.served) }),
      h('td', { text: number(row.seen) }),
      h('td', { class: 'rate' }, h('span', { text: percent(share) }), bar),
      h('td', { text: number(COLUMNS.unique(row)) }),
      h('td', { text: number(COLUMNS.likes(row)) }),
      h('td', {}, number(COLUMNS.purchases(row)), sales ? h('small', { text: sales }) : null));
  }));
  for (const head of document.querySelectorAll('[data-column]')) {
    const chosen = head.dataset.column === order.column;
    head.setAttribute('aria-sort', chosen ? (order.down ? 'descending' : 'ascending') : 'none');
  }
}

// --- Choosing ----------------------------------------------------------------------------------------------------

function showPerson() {
  const { person } = session;
  byId('board').hidden = !person;
  byId('welcome').hidden = Boolean(person);
  const name = person?.name ?? person?.id;
  byId('picker').replaceChildren(
    ...(person ? [avatar(person.id, name), h('span', { class: 'picker-words', text: name })] : [icon('people'), h('span', { i18n: 'people.choose' })]));
  byId('picker').setAttribute('aria-label', person ? `${t('people.kol')} ${name}` : t('people.choose'));
  byId('picker').hidden = !kols;
  if (!person) return;
  byId('who-avatar').replaceChildren(avatar(person.id, name));
  byId('who-name').textContent = name;
  byId('who-line').textContent = [person.city, person.bio].filter(Boolean).join(' · ') || (person.name ? person.id : '');
  byId('board').style.setProperty('--hue', topicHue(person.id));
}

async function signIn(kol) {
  try {
    await session.signInAs(kol);
    showPerson();
    ask();
  } catch (error) {
    toastError(error, { label: t('retry'), run: () => signIn(kol) });
  }
}

function choose() {
  if (kols) chooseKol(kols, session.person, signIn);
  else showWelcome(true);
}

function showWelcome(open = false) {
  byId('welcome').hidden = !open && Boolean(session.person);
  byId('gallery').replaceChildren(...(kols
    ? kols.map((kol) => personButton(kol, { testid: 'kol-option', idName: 'authorId', choose: signIn }))
    : [tokenForm(({ token, id }) => {
      session.signInWith(token, id);
      showPerson();
      ask();
    }, { author: true })]));
}

async function start() {
  try {
    kols = (await api.people())?.kols ?? null;
  } catch (error) {
    byId('gallery').replaceChildren(h('p', { class: 'quiet-text', text: error instanceof Unreachable ? t('kol.away') : error.message }));
    setTimeout(start, 3000);
    return;
  }
  const wished = new URLSearchParams(location.search).get('author');
  const kol = kols?.find(({ id }) => id === wished);
  if (kol && session.person?.id !== wished) await signIn(kol);
  else {
    showPerson();
    if (session.person) ask();
  }
  if (!session.person) showWelcome();
}

// --- The page ----------------------------------------------------------------------------------------------------

translate(document);
document.title = t('page.kol');
byId('settings').append(settings());
byId('counters').append(...Object.values(counters).map((counter) => counter.node));
byId('picker').addEventListener('click', choose);

for (const button of document.querySelectorAll('[data-granularity]')) {
  button.addEventListener('click', () => {
    granularity = button.dataset.granularity;
    markPeriod();
    ask();
  });
}
function markPeriod() {
  for (const button of document.querySelectorAll('[data-granularity]')) button.setAttribute('aria-pressed', button.dataset.granularity === granularity);
}
markPeriod();

for (const head of document.querySelectorAll('[data-column]')) {
  head.querySelector('button').addEventListener('click', () => {
    order = { column: head.dataset.column, down: head.dataset.column === order.column ? !order.down : true };
    showContents();
  });
}

onTheme(() => chart.draw());
onLanguage(() => {
  document.title = t('page.kol');
  showPerson();
  show();
});

showPerson();
start();
