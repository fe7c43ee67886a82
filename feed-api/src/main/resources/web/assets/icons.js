// Line icons on a 24 × 24 grid, drawn for these pages.
const PATHS = {
  heart: '<path d="M12 20.3S3.6 15.6 3.6 9.4A4.7 4.7 0 0 1 12 6.7a4.7 4.7 0 0 1 8.4 2.7c0 6.2-8.4 10.9-8.4 10.9z"/>',
  save: '<path d="M6.5 3.8h11v16.4L12 16.1l-5.5 4.1z"/>',
  hide: '<path d="M3 12s3.3-6 9-6c1.6 0 3 .5 4.2 1.1M21 12s-3.3 6-9 6c-1.6 0-3-.5-4.2-1.1M4.5 4.5l15 15"/><path d="M10 10a2.8 2.8 0 0 0 4 4"/>',
  why: '<circle cx="12" cy="12" r="8.7"/><path d="M9.5 9.6a2.5 2.5 0 1 1 3.9 2.1c-.9.6-1.4 1.1-1.4 2.1M12 16.7v.1"/>',
  comment: '<path d="M4.2 11.4c0-4 3.5-6.9 7.8-6.9s7.8 2.9 7.8 6.9-3.5 6.9-7.8 6.9c-1 0-2-.2-2.9-.4L5 19.8l.9-3.6a6.6 6.6 0 0 1-1.7-4.8z"/>',
  share: '<path d="M13.4 5.2l6.4 6-6.4 6v-3.7c-4.4-.2-7.3 1.2-9.2 4.2.3-5 3.2-8.3 9.2-8.9z"/>',
  bin: '<path d="M5 7.2h14M10 7V4.5h4V7M7 7.2l.8 12.3h8.4L17 7.2M10.4 10.8v5.2M13.6 10.8v5.2"/>',
  bag: '<path d="M5.5 8.2h13l1 12h-15z"/><path d="M8.8 10.5V7a3.2 3.2 0 0 1 6.4 0v3.5"/>',
  plus: '<path d="M12 5.5v13M5.5 12h13"/>',
  check: '<path d="M5 12.6l4.6 4.6L19 7.4"/>',
  post: '<path d="M5 4.5h14v15H5zM8.5 9h7M8.5 12.5h7M8.5 16h4"/>',
  play: '<path d="M8 5.2v13.6L19 12z"/>',
  replay: '<path d="M5 12a7 7 0 1 0 2.3-5.2M5 4.2v4h4"/>',
  close: '<path d="M6 6l12 12M18 6L6 18"/>',
  up: '<path d="M6 15l6-6 6 6"/>',
  down: '<path d="M6 9l6 6 6-6"/>',
  spark: '<path d="M12 3.5l1.9 5.7 5.6 2.3-5.6 2.3L12 19.5l-1.9-5.7-5.6-2.3 5.6-2.3z"/>',
  people: '<circle cx="9" cy="8.5" r="3.4"/><path d="M2.8 19.5c.4-3.6 2.9-5.7 6.2-5.7s5.8 2.1 6.2 5.7M15.8 5.4a3.3 3.3 0 0 1 0 6.2M17.6 14.1c2.1.7 3.3 2.5 3.6 5.4"/>',
  chart: '<path d="M4 20V4M4 20h16M8.5 16v-4M13 16V8M17.5 16v-6"/>',
  sun: '<circle cx="12" cy="12" r="4"/><path d="M12 2.8v2.4M12 18.8v2.4M2.8 12h2.4M18.8 12h2.4M5.5 5.5l1.7 1.7M16.8 16.8l1.7 1.7M5.5 18.5l1.7-1.7M16.8 7.2l1.7-1.7"/>',
  moon: '<path d="M19.5 14.2A8 8 0 0 1 9.8 4.5a8 8 0 1 0 9.7 9.7z"/>',
  auto: '<circle cx="12" cy="12" r="8"/><path d="M12 4a8 8 0 0 1 0 16z" fill="currentColor"/>',
  place: '<path d="M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z"/><circle cx="12" cy="10" r="2.3"/>',
  keys: '<rect x="2.8" y="6" width="18.4" height="12" rx="2.4"/><path d="M6.5 10h.1M10 10h.1M13.5 10h.1M17 10h.1M8 14h8"/>',
  alert: '<path d="M12 4l9 15.5H3zM12 10v4.5M12 17v.1"/>',
  download: '<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14"/>',
  back: '<path d="M19 12H5.5M11 6l-6 6 6 6"/>',
  flag: '<path d="M6 21V4M6 5c4-2.4 8 2.4 12 0v8.5c-4 2.4-8-2.4-12 0"/>',
  trash: '<path d="M5 7h14M9.5 7V4.5h5V7M7 7l.8 13h8.4L17 7M10.3 11v5.5M13.7 11v5.5"/>',
  sort: '<path d="M8 10l4-4 4 4M8 14l4 4 4-4"/>',
};

const template = document.createElement('template');

export function icon(name) {
  template.innerHTML =
    `<svg class="icon icon-${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" ` +
    `stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;
  return template.content.firstElementChild.cloneNode(true);
}
