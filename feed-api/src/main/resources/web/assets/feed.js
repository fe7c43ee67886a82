// The feed page, put together: who watches, which surface, and what the parts tell each other.
import { api, Unreachable } from './api.js';
import { Card } from './card.js';
import { Connection } from './connection.js';
import { inWords } from './degraded.js';
import { Dial } from './dial.js';
import { Doings } from './doings.js';
import { byId, h, uuid } from './dom.js';
import { EngagementQueue } from './engagements.js';
import { onLanguage, t, translate } from './i18n.js';
import { icon } from './icons.js';
import { listenToKeys, showKeys } from './keys.js';
import { Learning } from './learning.js';
import { avatar, chooseViewer } from './people.js';
import { Session } from './session.js';
import { settings } from './settings.js';
import { openSheet } from './sheet.js';
import { Timeline } from './timeline.js';
import { toast, toastError } from './toast.js';
import { loadTopics } from './topics.js';

const TASTES = ['LIKE', 'FAVORITE', 'HIDE', 'COMMENT'];
const RETRY_AFTER = 4_000;
const TO_READ = 12_000;
const KINDS = { SHORT_VIDEO: 'art', POST: 'art', SHOP_ITEM: 'studio' };

const asked = new URLSearchParams(location.search);
const session = new Session('viewer');
const queue = new EngagementQueue(session, (engagement, reason) => {
  if (TASTES.includes(engagement.action)) toast(t('error.rejected'), { detail: reason, error: true });
});
const learning = new Learning({ panel: byId('learning'), strip: byId('learning-strip') });
const timeline = new Timeline({
  feed: byId('feed'),
  list: byId('cards'),
  session,
  queue,
  learning,
  make: (item, page) => {
    const card = new Card(item, page, doings);
    doings.restore(card);
    return card;
  },
  seen: (card) => doings.seen(card),
  over: (kind) => (document.body.dataset.over = KINDS[kind] ?? 'paper'),
  arrived: (page) => showDegraded(page.degraded),
  retry: () => goOn(),
});
const doings = new Doings({
  session,
  queue,
  learning,
  timeline,
  sessionId: uuid(),
  via: asked.get('via'),
  nameOf: (viewerId) => people?.viewers.find(({ id }) => id === viewerId)?.name,
});
const dial = new Dial(session, () => {
  learning.did('dial');
  timeline.rankAnew();
});
const tabs = [...document.querySelectorAll('[role=tab]')];

let people = null;
let begun = false;
let starting = null;
let readDegraded = null;

new Connection(byId('connection'), () => {
  queue.flush();
  goOn();
});

/** After something failed: the next page, or all of it if the first one never came. */
function goOn() {
  if (!begun) start();
  else if (timeline.tail.state === 'failed') timeline.loadNext();
}

/** Says it when it changes; for as long as it lasts it stands beside what the feed learns. */
function showDegraded(parts) {
  const notice = byId('degraded');
  const said = inWords(parts).join(' ');
  if (notice.dataset.said === said) return;
  notice.dataset.said = said;
  notice.hidden = said === '';
  notice.replaceChildren(icon('alert'), h('span', { text: said }));
  clearTimeout(readDegraded);
  readDegraded = setTimeout(() => (notice.hidden = true), TO_READ);
}

// --- Who watches -------------------------------------------------------------------------------------------------

async function signIn(choice) {
  try {
    timeline.leave();
    await queue.flush();
    if (choice === 'anonymous') await session.signInAnonymously();
    else if (choice.token) session.signInWith(choice.token);
    else await session.signInAs(choice);
    learning.forgetLikes();
    toast(t('people.switched', { name: viewerName() }), { millis: 2200 });
    await begin(selected());
  } catch (error) {
    toastError(error, { label: t('retry'), run: () => signIn(choice) });
  }
}

/** Controls first, so that the first page already shows who is followed. */
async function begin(surface, first = null) {
  showViewer();
  const controls = await session.use(api.controls).then((answer) => answer.controls, () => []);
  doings.forget(controls.filter(({ kind }) => kind === 'FOLLOW').map(({ to }) => to));
  dial.read(controls);
  begun = true;
  await timeline.begin(surface, first);
}

const viewerName = () => {
  const { how, name, id } = session.person ?? {};
  return how === 'anonymous' ? t('people.anonymous') : (name ?? id ?? t('people.pasted'));
};

function showViewer() {
  for (const button of document.querySelectorAll('[data-viewer-picker]')) {
    button.replaceChildren(session.person?.how === 'anonymous' ? avatar('', '?') : avatar(session.person?.id, viewerName()),
      h('span', { class: 'picker-words' }, h('strong', { text: viewerName() }), ' ', h('small', { text: session.person?.id ?? '' })));
    button.setAttribute('aria-label', `${t('people.viewer')} ${viewerName()} ${session.person?.id ?? ''}`.trim());
  }
}

// --- Which surface -----------------------------------------------------------------------------------------------

const selected = () => tabs.find((tab) => tab.getAttribute('aria-selected') === 'true').dataset.surface;

function select(chosen, focus = false) {
  for (const tab of tabs) {
    tab.setAttribute('aria-selected', tab === chosen);
    tab.tabIndex = tab === chosen ? 0 : -1;
  }
  chosen.scrollIntoView({ block: 'nearest', inline: 'center' });
  if (focus) chosen.focus();
  byId('timeline').setAttribute('aria-labelledby', chosen.id);
}

function choose(tab, focus = false) {
  if (!tab || tab.dataset.surface === selected()) return;
  select(tab, focus);
  if (begun) timeline.begin(tab.dataset.surface);
}

tabs.forEach((tab, i) => {
  tab.addEventListener('click', () => choose(tab));
  tab.addEventListener('keydown', ({ key }) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
    if (step) choose(tabs[(i + step + tabs.length) % tabs.length], true);
  });
});

// --- The rest of the page ----------------------------------------------------------------------------------------

for (const button of document.querySelectorAll('[data-viewer-picker]')) {
  button.addEventListener('click', async () => {
    people ??= await api.people().catch(() => null);
    chooseViewer(people?.viewers ?? null, session.person, signIn);
  });
}
byId('next').addEventListener('click', () => timeline.move(1));
byId('previous').addEventListener('click', () => timeline.move(-1));
byId('keys').addEventListener('click', showKeys);
byId('learning-strip').addEventListener('click', openLearning);
byId('settings').append(settings());
dial.in(byId('dial'));

/** What stands beside the feed on a wide screen, in a sheet on a phone. */
function openLearning() {
  const topics = h('div', { class: 'learning' });
  const slider = h('div', { class: 'dial' });
  const ends = [learning.alsoIn(topics), dial.in(slider)];
  const sheet = openSheet({ i18nTitle: 'learn.title', kind: 'learn-sheet', testid: 'learn-panel' },
    topics, h('h3', { class: 'sheet-title', i18n: 'dial.title' }), slider);
  sheet.addEventListener('close', () => ends.forEach((end) => end()));
  return slider;
}

listenToKeys({
  timeline,
  doings,
  choose: (n) => choose(tabs[n]),
  dial: () => {
    const here = byId('dial').offsetParent === null ? openLearning() : byId('dial');
    here.querySelector('input').focus();
  },
});

// A page in the background shows nothing to anybody: its video ends here and starts anew on return.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    timeline.pause();
    queue.flush();
  } else timeline.resume();
});
// The last watch is known only now: it follows what the queue has handed over already.
addEventListener('pagehide', () => {
  timeline.pause();
  queue.flushAndLeave();
});

onLanguage(() => {
  document.title = t('page.feed');
  timeline.localize();
  learning.draw();
  dial.draw();
  showViewer();
});

/** The content of a link that somebody shared, or null. */
async function shared() {
  const id = asked.get('content');
  if (!id) return null;
  try {
    return { content: await session.use((token) => api.content(token, id)), position: 0, source: null, why: [] };
  } catch (error) {
    if (error.status === 404) toast(t('share.gone'), { error: true });
    else toastError(error);
    return null;
  }
}

function start() {
  starting ??= firstPage().finally(() => (starting = null));
}

async function firstPage() {
  timeline.tail.show('loading');
  loadTopics().then(() => {
    timeline.localize();
    learning.draw();
  }, () => {});
  try {
    people = await api.people();
    const wished = people?.viewers.find(({ id }) => id === asked.get('viewer'));
    if (wished && session.person?.id !== wished.id) await session.signInAs(wished);
    else if (!session.token) await session.signInAnonymously();
    await begin(selected(), await shared());
  } catch (error) {
    timeline.tail.show('failed', { error });
    if (!(error instanceof Unreachable)) setTimeout(start, RETRY_AFTER);
  }
}

translate(document);
document.title = t('page.feed');
showViewer();
select(tabs.find((tab) => tab.dataset.surface === asked.get('surface')) ?? tabs[0]);
start();
