// The feed page: asks for pages, tells the server what the viewer did, and lets the order follow.
import { api, Problem, Unreachable } from './api.js';
import { Card } from './card.js';
import { byId, calm, h, uuid } from './dom.js';
import { EngagementQueue } from './engagements.js';
import { known, money, onLanguage, t, translate } from './i18n.js';
import { icon } from './icons.js';
import { Learning } from './learning.js';
import { avatar, chooseViewer } from './people.js';
import { Session } from './session.js';
import { settings } from './settings.js';
import { openSheet, sheetIsOpen } from './sheet.js';
import { toast, toastError } from './toast.js';
import { loadTopics, topicName } from './topics.js';

const PAGE = 10;
/** The next page is asked for when so many cards are left: late, so that likes on this page can still move it. */
const CARDS_LEFT = 2;
/** A card counts as seen when most of it was on the screen for this long; a fast flick past it is no view. */
const SEEN_AFTER = 200;
const RETRY_AFTER = 4_000;
const TASTES = ['LIKE', 'FAVORITE', 'HIDE'];

const feed = byId('feed');
const list = byId('cards');
const session = new Session('viewer');
const sessionId = uuid();
const queue = new EngagementQueue(session, (engagement, reason) => {
  if (TASTES.includes(engagement.action)) toast(t('error.rejected'), { detail: reason, error: true });
});
const learning = new Learning({ panel: byId('learning'), strip: byId('learning-strip') });

let people = null;
let surface = 'for-you';
let cards = [];
let active = null;
let pages = 0;
let cursor = null;
let loading = false;
let ended = false;
/** Grows whenever the timeline starts anew, so that a late answer to an old question is dropped. */
let timeline = 0;
let retry = null;
const following = new Set();
/** Ids of the likes, saves and hides that stand, by action and content, to be able to take them back. */
const standing = new Map();

// --- Pages -------------------------------------------------------------------------------------------------------

async function restart() {
  leave();
  timeline++;
  clearTimeout(retry);
  cards = [];
  pages = 0;
  cursor = null;
  loading = ended = false;
  learning.reset();
  list.replaceChildren();
  feed.scrollTop = 0;
  await loadNext();
}

async function loadNext() {
  if (loading || ended || !session.token) return;
  loading = true;
  const mine = timeline;
  clearTimeout(retry);
  showTail('loading');
  try {
    const likes = learning.pendingLikes;
    const arrived = await queue.flush();
    if (mine !== timeline) return;
    const answer = await session.use((token) => api.feed(token, surface, cursor, PAGE));
    if (mine !== timeline) return;
    const likesBefore = arrived && pages > 0 ? likes : 0;
    if (arrived) learning.spent(likes);
    append({ ...answer, degraded: answer.degraded ?? [], surface: surface.toUpperCase().replace('-', '_'), number: ++pages, likesBefore });
  } catch (error) {
    if (mine === timeline) failed(error);
  } finally {
    if (mine === timeline) loading = false;
  }
}

function append(page) {
  cursor = page.nextCursor ?? null;
  ended = cursor === null;
  const fresh = page.items.map((item) => new Card(item, page, does));
  cards.push(...fresh);
  for (const card of fresh) {
    card.showFollowed(following.has(card.content.authorId));
    nearby.observe(card.node);
    visible.observe(card.node);
    byNode.set(card.node, card);
  }
  list.append(...fresh.map((card) => card.node));
  if (page.items.length > 0) learning.page(page);
  showTail(cards.length === 0 ? 'empty' : ended ? 'end' : 'loading');
  if (page.number === 1 && fresh.length > 0) feed.scrollTop = 0;
  if (page.likesBefore > 0) toast(t('learn.next', { n: page.likesBefore }), { millis: 2600 });
}

function failed(error) {
  // A cursor that the server no longer knows cannot be retried: the next try starts a new timeline.
  if (error instanceof Problem && [400, 404, 410].includes(error.status)) cursor = null;
  showTail('failed', error);
  const passing = error instanceof Unreachable || error.status >= 500;
  if (cards.length > 0 || !passing) toastError(error);
  if (passing) retry = setTimeout(loadNext, RETRY_AFTER);
}

addEventListener('online', () => loadNext());

// --- The tail: what stands after the last card -------------------------------------------------------------------

const tail = h('div', { class: 'tail', testid: 'feed-end', 'aria-live': 'polite' });

function showTail(state, error) {
  const again = (run, key) => h('button', { type: 'button', class: 'primary', i18n: key, testid: 'retry', on: { click: run } });
  tail.dataset.state = state;
  list.setAttribute('aria-busy', state === 'loading');
  tail.replaceChildren(...{
    loading: () => [h('span', { class: 'spinner' }), h('p', { i18n: 'feed.loading' })],
    failed: () => {
      const away = error instanceof Unreachable;
      return [icon('alert'), h('p', { class: 'tail-title', i18n: 'feed.failed' }),
        h('p', away ? { i18n: 'error.network' } : { text: [error.message, error.detail].filter(Boolean).join('. ') }), again(loadNext, 'retry')];
    },
    end: () => [icon('check'), h('p', { class: 'tail-title', i18n: 'feed.end' }), again(restart, 'feed.again')],
    empty: () => [icon('people'), h('p', { class: 'tail-title', i18n: `feed.empty.${surface}` }), again(restart, 'retry')],
  }[state]());
}

// --- What is on the screen ---------------------------------------------------------------------------------------

const byNode = new WeakMap();

const nearby = new IntersectionObserver(
  (entries) => entries.forEach((entry) => byNode.get(entry.target).dress(entry.isIntersecting)),
  { root: feed, rootMargin: '250% 0px' });

const visible = new IntersectionObserver(
  (entries) => {
    for (const { intersectionRatio, target } of entries) {
      if (intersectionRatio < 0.6) continue;
      if (target === tail) leaveToTail();
      else enter(byNode.get(target));
    }
  },
  { root: feed, threshold: [0.6] });
visible.observe(tail);

function enter(card) {
  if (card === active) return;
  leave();
  active = card;
  card.enter();
  document.body.dataset.over = card.content.kind === 'SHOP_ITEM' ? 'studio' : 'art';
  setTimeout(() => {
    if (card !== active || card.seen) return;
    card.seen = true;
    tell(card, 'SEEN');
  }, SEEN_AFTER);
  if (cards.length - 1 - cards.indexOf(card) <= CARDS_LEFT && !loading) loadNext();
}

function leaveToTail() {
  leave();
  document.body.dataset.over = 'paper';
}

function leave() {
  active?.leave();
  active = null;
}

function move(step) {
  const at = active ? cards.indexOf(active) : cards.length;
  const target = cards[Math.max(0, at + step)]?.node ?? tail;
  target.scrollIntoView({ behavior: calm() ? 'instant' : 'smooth' });
  if (document.activeElement?.closest('.card')) target.focus({ preventScroll: true });
}

// A page in the background shows nothing to anybody: its video ends here and starts anew on return.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    active?.leave();
    queue.flush();
  } else active?.enter();
});
// The last watch is known only now: it follows what the queue has handed over already.
addEventListener('pagehide', () => {
  active?.leave();
  queue.flushAndLeave();
});

// --- What the viewer does ----------------------------------------------------------------------------------------

function tell(card, action, more = {}) {
  return queue.add({
    contentId: card.content.id,
    action,
    feedId: card.page.feedId,
    position: card.item.position,
    surface: card.page.surface,
    sessionId,
    ...more,
  });
}

/** Does an action, or takes it back if it stands; says whether it stands now. */
function toggle(card, action) {
  const key = `${action} ${card.content.id}`;
  const undoes = standing.get(key);
  if (undoes) {
    standing.delete(key);
    tell(card, action, { undoes });
    return false;
  }
  standing.set(key, tell(card, action));
  return true;
}

const does = {
  like(card, { at = null, onlyOn = false } = {}) {
    if (at || !standing.has(`LIKE ${card.content.id}`)) card.burst(at);
    if (onlyOn && standing.has(`LIKE ${card.content.id}`)) return;
    const liked = toggle(card, 'LIKE');
    card.press('like', liked);
    learning.liked(card.content, liked ? 1 : -1);
  },

  save(card) {
    card.press('save', toggle(card, 'FAVORITE'));
  },

  hide(card) {
    if (standing.has(`HIDE ${card.content.id}`)) return;
    toggle(card, 'HIDE');
    const undo = () => {
      if (!standing.has(`HIDE ${card.content.id}`)) return;
      toggle(card, 'HIDE');
      card.unveil();
    };
    card.veil({ undo, mute: (button) => mute(card, button) });
    toast(t('hidden.toast'), { action: { label: t('undo'), run: () => { undo(); card.node.scrollIntoView({ behavior: 'instant' }); } } });
    setTimeout(() => {
      if (card === active && standing.has(`HIDE ${card.content.id}`)) move(1);
    }, 700);
  },

  async follow(card) {
    const { authorId } = card.content;
    const name = card.content.authorName || authorId;
    const follow = !following.has(authorId);
    showFollowing(authorId, follow);
    try {
      await session.use((token) => api.follow(token, authorId, follow));
      toast(t(follow ? 'follow.toast' : 'unfollow.toast', { name }));
    } catch (error) {
      showFollowing(authorId, !follow);
      toastError(error);
    }
  },

  buy(card) {
    const { content } = card;
    if (!content.item || (content.item.stock != null && content.item.stock <= 0)) return;
    const price = money(content.item.priceMinor, content.item.currency);
    const confirm = h('button', { type: 'button', class: 'primary', testid: 'buy-confirm', text: t('buy.confirm', { price }), on: { click: () => order(card, dialog, confirm) } });
    const dialog = openSheet({ i18nTitle: 'buy.title', testid: 'buy-panel', kind: 'buy-sheet' },
      h('p', { class: 'buy-what', text: content.text }),
      h('p', { class: 'buy-who', text: `${content.authorName || content.authorId} · ${content.item.shopId ?? ''}`.replace(/ · $/, '') }),
      h('p', { class: 'quiet-text', i18n: 'buy.note' }),
      h('div', { class: 'sheet-actions' }, h('button', { type: 'button', class: 'quiet', i18n: 'buy.cancel', on: { click: () => dialog.close() } }), confirm));
    confirm.focus();
  },

  why: (card) => showWhy(card),

  more(card) {
    tell(card, 'OPEN');
    openSheet({ title: card.content.authorName || card.content.authorId, kind: 'reading-sheet' },
      h('p', { class: 'reading', lang: card.content.language || null, text: card.content.text }));
  },

  watched: (card, watchedMillis) => tell(card, 'WATCH', { watchedMillis }),
};

async function order(card, dialog, button) {
  button.disabled = true;
  try {
    // The order may only be credited to this feed if the server knows that the card was seen.
    await queue.flush();
    const { orderId } = await session.use((token) => api.order(token, card.content.id, card.page.feedId));
    dialog.close();
    if (card.content.item.stock != null) card.showStock(card.content.item.stock - 1);
    toast(t('buy.done', { id: orderId }));
  } catch (error) {
    dialog.close();
    if (error.status === 409) card.showStock(0);
    toastError(error);
  }
}

async function mute(card, button) {
  button.disabled = true;
  try {
    await session.use((token) => api.mute(token, card.content.authorId));
    button.textContent = t('hidden.muted', { name: card.content.authorName || card.content.authorId });
  } catch (error) {
    button.disabled = false;
    toastError(error);
  }
}

function showFollowing(authorId, followed) {
  if (followed) following.add(authorId);
  else following.delete(authorId);
  for (const card of cards) if (card.content.authorId === authorId) card.showFollowed(followed);
}

function showWhy(card) {
  const { item, content } = card;
  const fact = (key, text) => h('div', {}, h('dt', { i18n: key }), h('dd', { text }));
  const reasons = item.why?.length ? item.why.map((why) => why.text || known(`why.code.${why.code}`) || why.code) : [t('why.none')];
  const sheet = openSheet({ i18nTitle: 'why.title', testid: 'why-panel', kind: 'why-sheet' },
    h('ul', { class: 'reasons' }, ...reasons.map((reason) => h('li', {}, icon('spark'), h('span', { text: reason })))),
    h('dl', { class: 'facts' },
      fact('why.source', sourceName(item.source)),
      fact('why.position', String(item.position + 1)),
      fact('why.kind', t(`kind.${content.kind}`)),
      fact('why.topics', content.topics.map(topicName).join(', ') || '–'),
      content.provenance ? fact('why.data', known(`why.data.${content.provenance}.${content.kind}`) ?? known(`why.data.${content.provenance}`) ?? content.provenance) : ''));
  // What runs behind the sheet is not watched.
  if (!card.player?.playing) return;
  card.togglePlay();
  sheet.addEventListener('close', () => card === active && !card.player.playing && card.togglePlay());
}

const sourceName = (source) => {
  const slug = String(source ?? '').replace(/([a-z])([A-Z])/g, '$1-$2').replaceAll('_', '-').toLowerCase();
  return known(`source.${slug}`) ?? source ?? '–';
};

// --- Keys --------------------------------------------------------------------------------------------------------

const KEYS = {
  ArrowDown: () => move(1),
  j: () => move(1),
  ArrowUp: () => move(-1),
  k: () => move(-1),
  l: (card) => does.like(card),
  s: (card) => does.save(card),
  h: (card) => does.hide(card),
  f: (card) => does.follow(card),
  b: (card) => does.buy(card),
  w: (card) => does.why(card),
  ' ': (card) => card.togglePlay(),
};

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || sheetIsOpen()) return;
  if (event.target.closest('input, textarea, select, [role=tablist]')) return;
  if (event.key === ' ' && event.target.closest('button, a')) return;
  const run = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!run || (run.length > 0 && !active)) return;
  event.preventDefault();
  run(active);
});

// --- Who watches what --------------------------------------------------------------------------------------------

async function signIn(choice) {
  try {
    leave();
    await queue.flush();
    if (choice === 'anonymous') await session.signInAnonymously();
    else if (choice.token) session.signInWith(choice.token);
    else await session.signInAs(choice);
    standing.clear();
    learning.forgetLikes();
    showViewer();
    toast(t('people.switched', { name: viewerName() }), { millis: 2200 });
    await begin();
  } catch (error) {
    toastError(error, { label: t('retry'), run: () => signIn(choice) });
  }
}

/** Follows first, so that the first page already shows who is followed. */
async function begin() {
  following.clear();
  await session.use(api.controls).then(
    ({ controls }) => controls.filter(({ kind }) => kind === 'FOLLOW').forEach(({ to }) => following.add(to)),
    () => {});
  await restart();
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

function choose(next, focus = false) {
  for (const tab of tabs) {
    const chosen = tab.dataset.surface === next;
    tab.setAttribute('aria-selected', chosen);
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen && focus) tab.focus();
  }
  byId('timeline').setAttribute('aria-labelledby', `tab-${next}`);
  if (next === surface) return;
  leave();
  surface = next;
  restart();
}

const tabs = [...document.querySelectorAll('[role=tab]')];
tabs.forEach((tab, i) => {
  tab.addEventListener('click', () => choose(tab.dataset.surface));
  tab.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') choose(tabs[(i + 1) % tabs.length].dataset.surface, true);
  });
});

for (const button of document.querySelectorAll('[data-viewer-picker]')) {
  button.addEventListener('click', async () => {
    people ??= await api.people().catch(() => null);
    chooseViewer(people?.viewers ?? null, session.person, signIn);
  });
}
byId('next').addEventListener('click', () => move(1));
byId('previous').addEventListener('click', () => move(-1));
byId('learning-strip').addEventListener('click', () => {
  const place = h('div', { class: 'learning' });
  const stop = learning.alsoIn(place);
  openSheet({ i18nTitle: 'learn.title', kind: 'learn-sheet' }, place).addEventListener('close', stop);
});
byId('settings').append(settings());

onLanguage(() => {
  document.title = t('page.feed');
  cards.forEach((card) => card.localize());
  learning.draw();
  showViewer();
});

async function start() {
  translate(document);
  document.title = t('page.feed');
  choose(surface);
  feed.append(tail);
  showTail('loading');
  showViewer();
  loadTopics().then(() => {
    cards.forEach((card) => card.localize());
    learning.draw();
  }, () => {});
  try {
    people = await api.people();
    const wished = new URLSearchParams(location.search).get('viewer');
    const viewer = wished && people?.viewers.find(({ id }) => id === wished);
    if (viewer && session.person?.id !== wished) await session.signInAs(viewer);
    else if (!session.token) await session.signInAnonymously();
    showViewer();
    await begin();
  } catch (error) {
    showTail('failed', error);
    tail.querySelector('button').addEventListener('click', start, { once: true });
    retry = setTimeout(start, RETRY_AFTER);
  }
}

start();
