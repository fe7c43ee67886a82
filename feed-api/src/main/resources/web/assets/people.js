// Choosing whom to be: the showcase people of the demo, an anonymous viewer, or a token of one's own.
import { topicHue } from './cover.js';
import { h } from './dom.js';
import { t } from './i18n.js';
import { openSheet } from './sheet.js';
import { settings } from './settings.js';
import { toast } from './toast.js';

/** A round picture with the first letter of a name, in a colour of its own. */
export function avatar(id, name) {
  const node = h('span', { class: 'avatar', 'aria-hidden': 'true', data: { letter: name ? [...name.trim()][0]?.toUpperCase() : '·' } });
  node.style.setProperty('--hue', topicHue(id ?? ''));
  return node;
}

/** A button for one person of a list. */
export function personButton(person, { testid, idName, current, choose }) {
  const about = person.line ?? [person.city, person.bio].filter(Boolean).join(' · ');
  return h('button', { type: 'button', class: 'person', testid, data: { [idName]: person.id }, 'aria-current': current ? 'true' : null, on: { click: () => choose(person) } },
    avatar(person.id, person.name),
    h('span', { class: 'person-words' },
      h('strong', {}, person.name, h('small', { class: 'person-id', text: person.id })), about ? h('span', { text: about }) : null));
}

/**
 * Opens the viewer picker. `people` is null outside the demo.
 * @param choose called with a person, `'anonymous'` or `{token}`
 */
export function chooseViewer(people, current, choose) {
  const done = (choice) => {
    dialog.close();
    choose(choice);
  };
  const anonymous = h('button', { type: 'button', class: 'person', testid: 'viewer-option', data: { viewerId: 'anonymous' }, 'aria-current': current?.how === 'anonymous' ? 'true' : null, on: { click: () => done('anonymous') } },
    avatar('', '?'), h('span', { class: 'person-words' }, h('strong', { text: t('people.anonymous') }), h('span', { text: t('people.anonymous.line') })));
  const dialog = openSheet({ i18nTitle: 'people.viewer', kind: 'people-sheet' },
    h('div', { class: 'people' },
      ...(people ?? []).map((person) => personButton(person, { testid: 'viewer-option', idName: 'viewerId', current: current?.how === 'demo' && current.id === person.id, choose: done })),
      anonymous),
    people ? null : tokenForm(({ token }) => done({ token })),
    h('div', { class: 'sheet-foot' }, settings(), h('a', { class: 'to-kol', href: '/kol', i18n: 'nav.kol' })));
}

/** Opens the picker of creators. */
export function chooseKol(people, current, choose) {
  const dialog = openSheet({ i18nTitle: 'people.kol', kind: 'people-sheet' },
    h('div', { class: 'people' },
      ...people.map((person) => personButton(person, {
        testid: 'kol-option', idName: 'authorId', current: current?.id === person.id,
        choose: (chosen) => {
          dialog.close();
          choose(chosen);
        },
      }))));
}

/** A field for a token, for servers without the demo's token desk; with `author` it asks for the author's id too. */
export function tokenForm(use, { author = false } = {}) {
  const token = h('input', { name: 'token', autocomplete: 'off', spellcheck: 'false', required: true, placeholder: 'eyJ…', testid: 'token-field' });
  const id = author && h('input', { name: 'author', autocomplete: 'off', spellcheck: 'false', required: true, placeholder: 'a123', testid: 'author-field' });
  return h('form', { class: 'token-form', on: { submit: (event) => {
    event.preventDefault();
    const pasted = token.value.trim().replace(/^Bearer\s+/i, '');
    if (pasted.split('.').length === 3) use({ token: pasted, id: id ? id.value.trim() : null });
    else toast(t('people.token.bad'), { error: true });
  } } },
    h('p', { i18n: 'people.token.note' }),
    h('label', {}, h('span', { i18n: 'people.token' }), token),
    id ? h('label', {}, h('span', { i18n: 'people.token.author' }), id) : null,
    h('button', { type: 'submit', class: 'primary', i18n: 'people.token.use' }));
}
