// The page's language: three dictionaries, numbers, money and time written the local way.
import en from './i18n/en.js';
import fr from './i18n/fr.js';
import zh from './i18n/zh.js';

const DICTIONARIES = { en, zh, fr };
const LOCALES = { en: 'en', zh: 'zh-CN', fr: 'fr' };
const KEY = 'tuijian.language';
const listeners = new Set();

export const LANGUAGES = [
  ['en', 'EN', 'English'],
  ['zh', '中', '中文'],
  ['fr', 'FR', 'Français'],
];

let language = firstLanguage();
document.documentElement.lang = LOCALES[language];

/** `?lang=`, else the reader's earlier choice, else the browser's languages, else English. */
function firstLanguage() {
  let chosen = null;
  try {
    chosen = localStorage.getItem(KEY);
  } catch {
    // No storage: ask the browser.
  }
  const wishes = [new URLSearchParams(location.search).get('lang'), chosen, ...(navigator.languages ?? [navigator.language])];
  return wishes.map((wish) => wish?.slice(0, 2).toLowerCase()).find((wish) => wish in DICTIONARIES) ?? 'en';
}

export const currentLanguage = () => language;
export const locale = () => LOCALES[language];

export function setLanguage(next) {
  language = next;
  document.documentElement.lang = LOCALES[next];
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Remembered for this page only.
  }
  translate(document);
  listeners.forEach((listener) => listener(next));
}

export const onLanguage = (listener) => listeners.add(listener);

/** The text of a key, with `{name}` replaced; a number `n` chooses `key.one` or `key.other` where they exist. */
export function t(key, values = {}) {
  const words = DICTIONARIES[language];
  let text = words[key] ?? en[key];
  if (text === undefined && typeof values.n === 'number') {
    const form = new Intl.PluralRules(locale()).select(values.n) === 'one' ? 'one' : 'other';
    text = words[`${key}.${form}`] ?? words[`${key}.other`];
  }
  return (text ?? key).replace(/\{(\w+)\}/g, (whole, name) =>
    typeof values[name] === 'number' ? number(values[name]) : (values[name] ?? whole));
}

/** The text of a key from the dictionary, or undefined: for codes that the server may extend. */
export const known = (key) => DICTIONARIES[language][key];

export function translate(root) {
  for (const node of root.querySelectorAll('[data-i18n]')) node.textContent = t(node.dataset.i18n);
  for (const node of root.querySelectorAll('[data-i18n-label]')) {
    node.setAttribute('aria-label', t(node.dataset.i18nLabel));
    if (node.title) node.title = t(node.dataset.i18nLabel);
  }
}

export const number = (value, options) => new Intl.NumberFormat(locale(), options).format(value);
export const percent = (share) => number(share, { style: 'percent', maximumFractionDigits: 0 });

/** Money given in minor units (fen, cents), with as many digits as the currency has. */
export function money(minor, currency) {
  const format = new Intl.NumberFormat(locale(), { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export function ago(iso, now = Date.now()) {
  const seconds = Math.min(0, (Date.parse(iso) - now) / 1000);
  const units = [['day', 86400], ['hour', 3600], ['minute', 60]];
  const [unit, size] = units.find(([, length]) => -seconds >= length) ?? ['minute', 60];
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto', style: 'short' }).format(Math.round(seconds / size), unit);
}

/** 0:07, 1:23: minutes and seconds of a video. */
export function clock(millis) {
  const seconds = Math.floor(millis / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** Watch time in the largest unit that keeps it readable. */
export function span(millis) {
  const units = [['hour', 3_600_000], ['minute', 60_000], ['second', 1000]];
  const [unit, size] = units.find(([, length]) => millis >= length) ?? ['second', 1000];
  const value = millis / size;
  return number(value, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: value < 100 && unit !== 'second' ? 1 : 0 });
}
