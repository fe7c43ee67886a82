// Language and theme, the same on every page.
import { h } from './dom.js';
import { currentLanguage, LANGUAGES, onLanguage, setLanguage } from './i18n.js';

const THEMES = [['auto', 'auto'], ['light', 'sun'], ['dark', 'moon']];
const themeListeners = new Set();

export const onTheme = (listener) => themeListeners.add(listener);

function theme() {
  return document.documentElement.dataset.theme ?? 'auto';
}

function setTheme(next) {
  if (next === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem('tuijian.theme', next);
  } catch {
    // Remembered for this page only.
  }
  themeListeners.forEach((listener) => listener());
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => themeListeners.forEach((listener) => listener()));

/** The two rows of switches. Any number of them may be on a page; they agree. */
export function settings() {
  const languages = LANGUAGES.map(([code, short, name]) =>
    h('button', { type: 'button', text: short, lang: code, 'aria-label': `${short}, ${name}`, title: name, data: { code }, on: { click: () => setLanguage(code) } }));
  const themes = THEMES.map(([name, picture]) =>
    h('button', { type: 'button', icon: picture, i18nLabel: `theme.${name}`, data: { theme: name }, on: { click: () => setTheme(name) } }));
  const mark = () => {
    for (const button of languages) button.setAttribute('aria-pressed', button.dataset.code === currentLanguage());
    for (const button of themes) button.setAttribute('aria-pressed', button.dataset.theme === theme());
  };
  mark();
  onLanguage(mark);
  onTheme(mark);
  return h('div', { class: 'settings' },
    h('div', { class: 'segments', role: 'group', i18nLabel: 'settings.language', testid: 'language' }, ...languages),
    h('div', { class: 'segments', role: 'group', i18nLabel: 'settings.theme', testid: 'theme' }, ...themes));
}
