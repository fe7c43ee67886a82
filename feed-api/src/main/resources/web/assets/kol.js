// The creator's page: puts its parts together. What is asked is a Question; each part shows its side of the answer.
import { api, Problem, Unreachable } from './api.js';
import { topicHue } from './cover.js';
import { byId, h, memory } from './dom.js';
import { locale, number, onLanguage, t, translate } from './i18n.js';
import { icon } from './icons.js';
import { audience } from './kol/audience.js';
import { Campaigns } from './kol/campaigns.js';
import { Comments } from './kol/comments.js';
import { Contents, KIND_ICONS } from './kol/contents.js';
import { csvButton, save } from './kol/download.js';
import { Figures } from './kol/figures.js';
import { Funnel } from './kol/funnel.js';
import { origins } from './kol/origins.js';
import { Question } from './kol/question.js';
import { RangePicker } from './kol/range.js';
import { Refresher } from './kol/refresher.js';
import { Sales } from './kol/sales.js';
import { Split } from './kol/split.js';
import { LiveReach } from './kol/stream.js';
import { Trend } from './kol/trend.js';
import { avatar, chooseKol, personButton, tokenForm } from './people.js';
import { Session } from './session.js';
import { onTheme, settings } from './settings.js';
import { toastError } from './toast.js';

/** The counters follow the stream at this pace; what is dearer to ask for, or moves less, at the slower one. */
const PACE = 1_000;
const SLOW_PACE = 10_000;

translate(document);
const session = new Session('author');
const range = new RangePicker(() => ask());
const parts = {
  figures: new Figures(),
  trend: new Trend(),
  funnel: new Funnel(),
  split: new Split(),
  origins: origins(),
  audience: audience(),
  contents: new Contents({ onOpen: (row) => look(row), onRows: (rows, asked) => parts.comments.contents(rows, asked) }),
  sales: new Sales(),
  comments: new Comments({ onOpen: (content) => look(content) }),
  campaigns: new Campaigns(),
};

let kols = null;
let content = null;
let question = null;
let today = null;
/** Why there is nothing new: the line is down, or the server cannot answer. */
let trouble = { line: null, answer: null };
let lineState = 'waiting';
let updated = null;

// --- Asking ------------------------------------------------------------------------------------------------------

function ask() {
  if (!session.person) return;
  question = new Question(session, content, range.period(), byId('compare').checked);
  trouble.answer = null;
  shown = null;
  Object.values(parts).forEach((part) => part.ask(question));
  fast.now();
  lastSlow = Date.now();
  showStatus();
}

let lastSlow = 0;
/** What stands on the page is left alone, under a reader's cursor too, until it says something else. */
let shown = null;

const fast = new Refresher(PACE, async () => {
  const mine = question;
  if (!mine || document.hidden) return true;
  try {
    const answer = await mine.base();
    if (mine !== question) return true;
    trouble.answer = null;
    updated = Date.now();
    const { to, ...told } = answer;
    const words = JSON.stringify(told);
    if (words !== shown) Object.values(parts).forEach((part) => part.show?.(answer, mine));
    shown = words;
    if (Date.now() - lastSlow >= SLOW_PACE) {
      lastSlow = Date.now();
      Object.values(parts).forEach((part) => part.slow?.(mine));
    }
    showStatus();
    return true;
  } catch (error) {
    if (mine !== question) return true;
    const passing = error instanceof Unreachable || error.status >= 500 || error.status === 429;
    trouble.answer = error;
    showStatus();
    if (passing) return false;
    if (trouble.shown !== question) {
      trouble.shown = question;
      toastError(error);
    }
    if (content && [403, 404].includes(error.status)) look(null);
    else if (error instanceof Problem && [401, 403].includes(error.status)) showWelcome(true);
    return true;
  }
});

const live = new LiveReach({
  onMove: (event) => {
    if (event) {
      today = event.total;
      showToday();
    }
    rollOver();
    fast.want();
  },
  onState: (state, error) => {
    const back = lineState === 'away' && state !== 'away';
    lineState = state;
    trouble.line = state === 'away' ? (error ?? new Problem(503, { title: t('kol.unreadable') })) : null;
    if (back) {
      Object.values(parts).forEach((part) => part.slow?.(question));
      fast.now();
    }
    showStatus();
  },
});

/** After midnight in UTC the same choice means other days. */
function rollOver() {
  if (question && question.period.to === null && range.choice.key !== 'custom' && range.period().from !== question.period.from) ask();
}

function follow() {
  today = null;
  showToday();
  lineState = 'waiting';
  if (session.person && !document.hidden) live.follow(session, session.person.id);
}

function comeBack() {
  if (!session.person || document.hidden) return;
  follow();
  fast.want();
}

document.addEventListener('visibilitychange', () => (document.hidden ? live.stop() : comeBack()));
addEventListener('online', comeBack);
// A line can be dead without anybody saying so; and days that are past move too.
setInterval(() => fast.want(), SLOW_PACE);

// --- Showing -----------------------------------------------------------------------------------------------------

function showStatus() {
  const error = trouble.line ?? trouble.answer;
  const state = error ? 'away' : lineState;
  byId('status').dataset.state = state;
  byId('status-live').textContent = state === 'live' ? t('kol.live') : state === 'polling' ? t('kol.polling') : '';
  const words = error
    ? error instanceof Problem ? [error.message, error.detail].filter(Boolean).join('. ') : t('kol.away')
    : updated ? t('kol.updated', { time: new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(updated) }) : t('kol.loading');
  byId('status-words').textContent = words;
  // Spoken only when it changes between well and not: the seconds are for the eyes.
  const spoken = error ? words : byId('status-alert').dataset.was ? t('kol.back-again') : '';
  byId('status-alert').dataset.was = error ? 'away' : '';
  if (error || spoken) byId('status-alert').textContent = spoken;
  byId('board').classList.toggle('is-stale', Boolean(error));
}

function showToday() {
  byId('today').hidden = !today;
  if (today) byId('today').textContent = t('kol.today', { seen: number(today.seen), served: number(today.served) });
}

function showSubject() {
  const { person } = session;
  byId('board').hidden = !person;
  byId('welcome').hidden = Boolean(person);
  const name = person?.name ?? person?.id;
  byId('picker').replaceChildren(
    ...(person ? [avatar(person.id, name), h('span', { class: 'picker-words', text: name })] : [icon('people'), h('span', { i18n: 'people.choose' })]));
  byId('picker').setAttribute('aria-label', person ? `${t('people.kol')} ${name}` : t('people.choose'));
  byId('picker').hidden = !kols && !person;
  if (!person) return;
  byId('board').style.setProperty('--hue', topicHue(person.id));
  byId('board').dataset.of = content ? 'content' : 'author';
  byId('all-contents').hidden = !content;
  document.querySelectorAll('[data-of-author]').forEach((node) => (node.hidden = Boolean(content)));
  if (content) {
    byId('who-avatar').replaceChildren(h('span', { class: 'kind-mark is-large', 'aria-hidden': 'true', icon: KIND_ICONS[content.kind] ?? 'post' }));
    byId('who-name').textContent = content.text || (content.kind ? t('kol.untitled') : content.contentId);
    byId('who-line').textContent = [content.kind ? t(`kind.${content.kind}`) : '', content.contentId, name].filter(Boolean).join(' · ');
  } else {
    byId('who-avatar').replaceChildren(avatar(person.id, name));
    byId('who-name').textContent = name;
    byId('who-line').textContent = [person.city, person.bio].filter(Boolean).join(' · ') || (person.name ? person.id : '');
  }
}

// --- Choosing ----------------------------------------------------------------------------------------------------

/** Looks at one content, or with null at all of them again; the browser's own way back works too. */
function look(next, { remember = true } = {}) {
  content = next;
  if (remember) {
    const url = new URL(location.href);
    if (next) url.searchParams.set('content', next.contentId);
    else url.searchParams.delete('content');
    history.pushState(next, '', url);
  }
  showSubject();
  ask();
  scrollTo({ top: 0 });
  if (next) byId('all-contents').focus({ preventScroll: true });
  if (next && !next.kind) name(next);
}

/** A content that was come to by its address alone has no title yet. */
async function name(unnamed) {
  const { text, kind } = await session.use((token) => api.content(token, unnamed.contentId)).catch(() => ({}));
  if (content !== unnamed) return;
  Object.assign(unnamed, { text, kind });
  showSubject();
}

addEventListener('popstate', (event) => {
  if (session.person) look(event.state?.contentId ? event.state : null, { remember: false });
});

function enter() {
  content = null;
  showSubject();
  follow();
  ask();
}

async function signIn(kol) {
  try {
    await session.signInAs(kol);
    enter();
  } catch (error) {
    toastError(error, { label: t('retry'), run: () => signIn(kol) });
  }
}

function showWelcome(open = false) {
  byId('welcome').hidden = !open && Boolean(session.person);
  const people = kols ?? [];
  byId('gallery').replaceChildren(
    ...people.map((kol) => personButton(kol, { testid: 'kol-option', idName: 'authorId', choose: signIn })),
    ...(kols && !people.length ? [h('p', { class: 'empty', i18n: 'kol.nobody' })] : []),
    ...(people.length ? [] : [tokenForm(({ token, id }) => {
      session.signInWith(token, id || undefined);
      enter();
    }, { author: true })]));
}

async function start() {
  try {
    kols = (await api.people())?.kols ?? null;
    byId('truth').hidden = !kols;
  } catch (error) {
    byId('gallery').replaceChildren(h('p', { class: 'quiet-text', text: error instanceof Unreachable ? t('kol.away') : error.message }));
    setTimeout(start, 3000);
    return;
  }
  const search = new URLSearchParams(location.search);
  const wished = search.get('author');
  const kol = kols?.find(({ id }) => id === wished);
  if (kol && session.person?.id !== wished) await signIn(kol);
  else if (session.person) enter();
  showSubject();
  if (!session.person) showWelcome();
  else if (search.get('content')) look({ contentId: search.get('content') }, { remember: false });
}

// --- The page ----------------------------------------------------------------------------------------------------

document.title = t('page.kol');
byId('settings').append(settings());
byId('all-contents').append(icon('back'));
byId('all-contents').addEventListener('click', () => look(null));
byId('picker').addEventListener('click', () => {
  if (kols?.length) chooseKol(kols, session.person, signIn);
  else showWelcome(true);
});
byId('compare').checked = memory.get('kol.compare') ?? true;
byId('compare').addEventListener('change', () => {
  memory.set('kol.compare', byId('compare').checked);
  ask();
});

const fileName = (what) => `${question.authorId}-${what}-${new Date(question.period.from).toISOString().slice(0, 10)}-${new Date(question.period.end - 1).toISOString().slice(0, 10)}.csv`;
const csv = (what, query) => save(fileName(what), () => question.use((token) => api.reachFile(token, question.authorId, question.query(query()))));
byId('trend-csv').append(csvButton('csv-series', () => csv('reach', () => ({}))));
for (const part of ['origins', 'audience']) byId(`${part}-csv`).append(csvButton(`csv-${part}`, () => csv(parts[part].by, () => ({ by: parts[part].by }))));

onTheme(() => Object.values(parts).forEach((part) => part.redraw()));
onLanguage(() => {
  document.title = t('page.kol');
  showSubject();
  showStatus();
  showToday();
  Object.values(parts).forEach((part) => part.redraw());
});

showSubject();
start();
