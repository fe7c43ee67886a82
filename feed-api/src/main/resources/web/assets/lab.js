// The scientist's page: which models are served and how good they are, how fresh what they know is, what was left aside.
import { api, Problem, Unreachable } from './api.js';
import { byId, h } from './dom.js';
import { ago, locale, onLanguage, t, translate } from './i18n.js';
import { DeadLetters, Freshness } from './lab-data.js';
import { Details } from './lab-details.js';
import { versionName, Versions } from './lab-versions.js';
import { personButton, tokenForm } from './people.js';
import { Session } from './session.js';
import { settings } from './settings.js';
import { openSheet } from './sheet.js';
import { toast, toastError } from './toast.js';

const POLL = 2_000;
const LONGEST_PAUSE = 15_000;
/** The registry is asked for with every second poll, the dead letters with every fifth. */
const MODELS_EVERY = 2;
const DEAD_LETTERS_EVERY = 5;
const AGES_EVERY = 15_000;

const session = new Session('scientist');
const versions = new Versions({ promote: askToPromote, rollBack: askToRollBack, look, choose: chooseModel });
const details = new Details();
const freshness = new Freshness();
const deadLetters = new DeadLetters();

let scientists = null;
/** What is looked at: a model, and of each a version; without one, what is served. */
let model = 'ranker';
const chosen = {};
let shownDetails = null;
let polls = 0;
let pause = POLL;
let timer = null;
/** Grows when somebody signs in or out; answers to an earlier one are dropped. */
let visit = 0;

// --- Asking ------------------------------------------------------------------------------------------------------

async function poll() {
  clearTimeout(timer);
  const mine = visit;
  if (!session.person || document.hidden) return;
  const turn = polls++;
  try {
    freshness.show(await session.use((token) => api.freshness(token)));
    const failures = [];
    const part = (every, work) => (turn % every === 0 ? work().catch((error) => failures.push(error)) : null);
    await Promise.all([part(MODELS_EVERY, askModels), part(DEAD_LETTERS_EVERY, askDeadLetters)]);
    if (mine !== visit) return;
    if (failures.length > 0) throw failures[0];
    pause = POLL;
    status('live');
  } catch (error) {
    if (mine !== visit) return;
    const passing = error instanceof Unreachable || error.status >= 500 || error.status === 429;
    status('away', error);
    polls = 0;
    pause = Math.min(pause * 2, LONGEST_PAUSE);
    if (!passing) {
      toastError(error);
      if (error instanceof Problem && [401, 403].includes(error.status)) return welcome();
    }
  }
  if (mine === visit) timer = setTimeout(poll, pause);
}

async function askModels() {
  const { models } = await session.use((token) => api.models(token));
  versions.show(models, model, freshness.serving);
  await showDetails();
}

async function askDeadLetters() {
  deadLetters.show(await session.use((token) => api.deadLetters(token)));
}

/** Asks for the details of the chosen version unless they are shown as they are now. */
async function showDetails() {
  const version = versions.find(model, chosen[model]);
  versions.mark(version?.version);
  const key = version && `${model} ${JSON.stringify(version)}`;
  if (key === shownDetails) return;
  if (!version) {
    shownDetails = key;
    details.clear();
    return;
  }
  const asked = model;
  const answer = await session.use((token) => api.modelVersion(token, asked, version.version));
  if (asked !== model) return;
  shownDetails = key;
  details.show(answer);
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) poll();
});
addEventListener('online', () => poll());
setInterval(() => {
  for (const node of document.querySelectorAll('time[data-ago]')) node.textContent = ago(node.dateTime);
}, AGES_EVERY);

// --- Choosing and changing ---------------------------------------------------------------------------------------

function chooseModel(name) {
  model = name;
  say('');
  versions.draw(model);
  showDetails().catch(toastError);
}

function look(version) {
  chosen[model] = version;
  showDetails().then(() => byId('details').scrollIntoView({ block: 'start' }), toastError);
}

function askToPromote(version) {
  confirm(t('lab.promote.title', { version }), t('lab.promote.text', { model: t(`lab.model.${model}`) }), t('lab.promote'), () =>
    change((token) => api.promote(token, model, version), 'lab.promoted'));
}

function askToRollBack({ version, rollbackTo }) {
  confirm(t('lab.rollback.title', { version: name(rollbackTo) }), t('lab.rollback.text', { version: name(version) }), t('lab.rollback'), () =>
    change((token) => api.rollBack(token, model, version), 'lab.rolled-back'));
}

const name = (version) => versionName(model, version);

function confirm(title, text, label, run) {
  const dialog = openSheet({ title, testid: 'confirm', kind: 'confirm' },
    h('p', { text }),
    h('div', { class: 'sheet-actions' },
      h('button', { type: 'button', class: 'quiet', testid: 'confirm-no', i18n: 'lab.cancel', on: { click: () => dialog.close() } }),
      h('button', { type: 'button', class: 'primary', testid: 'confirm-yes', text: label, on: { click: () => {
        dialog.close();
        run();
      } } })));
}

async function change(work, said) {
  versions.wait(true);
  try {
    const now = await session.use(work);
    const words = t(said, { version: name(now.version) });
    say(words);
    toast(words);
    chosen[model] = null;
    await askModels();
  } catch (error) {
    const words = error instanceof Unreachable ? t('error.network') : [error.message, error.detail].filter(Boolean).join(': ');
    say(words, true);
    toastError(error);
    if (error.status === 409) await askModels().catch(() => {});
  } finally {
    versions.wait(false);
    poll();
  }
}

function say(words, wrong = false) {
  byId('result').textContent = words;
  byId('result').dataset.wrong = wrong;
}

// --- Showing -----------------------------------------------------------------------------------------------------

function status(state, error) {
  const node = byId('status');
  const words = state === 'live'
    ? t('kol.updated', { time: new Intl.DateTimeFormat(locale(), { timeStyle: 'medium' }).format(new Date()) })
    : error instanceof Problem ? [error.message, error.detail].filter(Boolean).join('. ') : t('kol.away');
  node.hidden = false;
  node.dataset.state = state;
  byId('status-words').textContent = words;
  byId('status-live').hidden = state !== 'live';
  const alert = state === 'away' ? words : '';
  if (byId('status-alert').textContent !== alert) byId('status-alert').textContent = alert;
}

function enter() {
  byId('welcome').hidden = true;
  byId('board').hidden = false;
  visit++;
  polls = 0;
  pause = POLL;
  poll();
}

async function signIn(scientist) {
  try {
    await session.signInAs(scientist);
    enter();
  } catch (error) {
    toastError(error, { label: t('retry'), run: () => signIn(scientist) });
  }
}

function welcome() {
  visit++;
  byId('board').hidden = true;
  byId('status').hidden = true;
  byId('welcome').hidden = false;
  byId('gallery').replaceChildren(...(scientists
    ? scientists.map((one) => personButton(one, { testid: 'scientist-option', idName: 'scientistId', choose: signIn }))
    : [tokenForm(({ token }) => {
      session.signInWith(token);
      enter();
    })]));
}

async function start() {
  try {
    scientists = (await api.people())?.scientists ?? null;
  } catch (error) {
    status('away', error);
    setTimeout(start, 3000);
    return;
  }
  const wished = scientists?.find(({ id }) => id === new URLSearchParams(location.search).get('scientist'));
  if (wished && session.person?.id !== wished.id) await signIn(wished);
  else if (session.person) enter();
  else welcome();
}

translate(document);
document.title = t('page.lab');
byId('settings').append(settings());
onLanguage(() => {
  document.title = t('page.lab');
  versions.draw(model);
  details.draw();
  freshness.draw();
  deadLetters.draw();
  if (!byId('welcome').hidden) welcome();
});
start();
