// A row of buttons of which one is pressed.
import { h } from '../dom.js';

export class Choice {
  /** @param options `[value, i18n key]` each */
  constructor(options, { label, testid, value = options[0][0], onChange }) {
    this.value = value;
    this.buttons = options.map(([option, key]) =>
      h('button', { type: 'button', i18n: key, testid: `${testid}-${option}`, data: { option }, on: { click: () => {
        if (option === this.value) return;
        this.choose(option);
        onChange(option);
      } } }));
    this.node = h('div', { class: 'segments', role: 'group', i18nLabel: label }, ...this.buttons);
    this.node.removeAttribute('title');
    this.mark();
  }

  choose(option) {
    this.value = option;
    this.mark();
  }

  mark() {
    for (const button of this.buttons) button.setAttribute('aria-pressed', button.dataset.option === this.value);
  }
}
