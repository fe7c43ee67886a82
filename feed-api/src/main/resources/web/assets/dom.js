// Small helpers to build the page. Text from the network only ever becomes a text node.
import { t } from './i18n.js';
import { icon } from './icons.js';

/**
 * Makes an element. Props: `class`, `text`, `icon`, `i18n` (key of its text), `i18nLabel` (key of its aria-label
 * and tooltip), `testid`, `data` (dataset), `on` (listeners); anything else is an attribute, left out when null or false.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'class') node.className = value;
    else if (name === 'text') node.textContent = value;
    else if (name === 'icon') node.append(icon(value));
    else if (name === 'testid') node.dataset.testid = value;
    else if (name === 'data') Object.assign(node.dataset, value);
    else if (name === 'on') for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    else if (name === 'i18n') {
      node.dataset.i18n = value;
      node.textContent = t(value);
    } else if (name === 'i18nLabel') {
      node.dataset.i18nLabel = value;
      node.setAttribute('aria-label', t(value));
      node.title = t(value);
    } else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const byId = (id) => document.getElementById(id);

export const calm = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** A random UUID, also on plain http where `crypto.randomUUID` is not offered. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** What the browser remembers for this site; a browser that forbids storage just forgets. */
export const memory = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(`tuijian.${key}`));
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(`tuijian.${key}`);
      else localStorage.setItem(`tuijian.${key}`, JSON.stringify(value));
    } catch {
      // Nothing to do: the choice lives as long as the page.
    }
  },
};
