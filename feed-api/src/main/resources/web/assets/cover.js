// Generated cover art: a picture per content, drawn from its id, in the colours and the manner of its topic.

const WIDTH = 360;
const HEIGHT = 640;

/** A content's cover as an SVG element. The same id and topic always give the same picture. */
export function cover({ id, kind, topics }) {
  const topic = topics[0] ?? id;
  const random = generator(hash(id));
  const colours = kind === 'SHOP_ITEM' ? studio(topicHue(topic), random) : palette(topicHue(topic), random);
  const scene = kind === 'SHOP_ITEM' ? product : SCENES[hash(`scene of ${topic}`) % SCENES.length];
  const name = `cover-${hash(id).toString(36)}`;
  const template = document.createElement('template');
  template.innerHTML =
    `<svg class="cover-art" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">` +
    `<defs>${gradient(`${name}-sky`, colours.sky)}${gradient(`${name}-thing`, colours.thing, true)}</defs>` +
    `<rect x="-40" y="-40" width="${WIDTH + 80}" height="${HEIGHT + 80}" fill="url(#${name}-sky)"/>` +
    `${scene(colours, random, name)}</svg>`;
  return template.content.firstElementChild;
}

/** The hue, in degrees, that stands for a topic everywhere on these pages. Neighbouring numbers lie far apart. */
export function topicHue(topic) {
  const digits = /\d+/.exec(topic ?? '');
  return Math.round(((digits ? Number(digits[0]) : hash(topic ?? '')) * 137.508 + 28) % 360);
}

export function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const oklch = (lightness, chroma, hue) =>
  `oklch(${lightness.toFixed(3)} ${chroma.toFixed(3)} ${(((hue % 360) + 360) % 360).toFixed(0)})`;
const between = (random, low, high) => low + random() * (high - low);
const pick = (random, list) => list[Math.floor(random() * list.length)];
const n = (value) => value.toFixed(1);

/** Five layers from far to near, a sky, a light and an accent, at one of three hours of the day. */
function palette(hue, random) {
  const h = hue + between(random, -10, 10);
  const hour = pick(random, ['day', 'dusk', 'dusk', 'night']);
  const layers = (from, to, chroma) =>
    [0, 1, 2, 3, 4].map((i) => oklch(from + ((to - from) * i) / 4, chroma, h - i * 5));
  const kinds = {
    day: {
      sky: [oklch(0.78, 0.1, h + 8), oklch(0.9, 0.06, h + 30), oklch(0.95, 0.04, h + 55)],
      layers: layers(0.76, 0.34, 0.1),
      light: oklch(0.985, 0.03, h + 60),
      accent: oklch(0.72, 0.17, h + 150),
    },
    dusk: {
      sky: [oklch(0.36, 0.11, h - 18), oklch(0.62, 0.15, h + 18), oklch(0.85, 0.11, h + 52)],
      layers: layers(0.58, 0.2, 0.11),
      light: oklch(0.95, 0.07, h + 66),
      accent: oklch(0.8, 0.14, h + 165),
    },
    night: {
      sky: [oklch(0.17, 0.05, h - 8), oklch(0.29, 0.09, h + 6), oklch(0.46, 0.12, h + 24)],
      layers: layers(0.4, 0.13, 0.08),
      light: oklch(0.93, 0.05, h + 50),
      accent: oklch(0.78, 0.15, h + 140),
    },
  };
  const chosen = kinds[hour];
  return { ...chosen, thing: [chosen.accent, chosen.layers[1]], hour };
}

/** A quiet studio wall, and one object of a colour that stands out from it. */
function studio(hue, random) {
  const h = hue + between(random, -8, 8);
  const object = h + pick(random, [0, 30, 150, 190]);
  return {
    sky: [oklch(0.86, 0.055, h), oklch(0.9, 0.045, h + 8), oklch(0.93, 0.035, h + 14)],
    floor: oklch(0.79, 0.065, h - 6),
    arch: oklch(0.95, 0.025, h + 18),
    thing: [oklch(0.74, 0.14, object), oklch(0.47, 0.13, object - 14)],
    dark: oklch(0.36, 0.09, object - 14),
    light: oklch(0.98, 0.015, h),
    shade: oklch(0.55, 0.07, h - 10),
  };
}

function gradient(id, colours, across = false) {
  const stops = colours.map((colour, i) => `<stop offset="${i / (colours.length - 1)}" stop-color="${colour}"/>`);
  return `<linearGradient id="${id}" x1="0" y1="0" x2="${across ? 1 : 0}" y2="${across ? 0.4 : 1}">${stops.join('')}</linearGradient>`;
}

const disc = (x, y, r, fill, opacity = 1) =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}" opacity="${opacity}"/>`;
const drift = (depth, content) => `<g class="drift drift-${depth}">${content}</g>`;

function sun(colours, random, y) {
  const x = between(random, 80, 280);
  const r = between(random, 34, 66);
  return disc(x, y, r * 2.1, colours.light, 0.12) + disc(x, y, r * 1.45, colours.light, 0.18) + disc(x, y, r, colours.light, 0.95);
}

function stars(random, colour) {
  return Array.from({ length: 34 }, () =>
    disc(between(random, 0, 360), between(random, 0, 300), between(random, 0.5, 1.6), colour, between(random, 0.3, 0.9).toFixed(2))).join('');
}

/** A band from a rolling upper edge down to the bottom. */
function ridge(random, y, height, fill, steps, sharp) {
  const step = (WIDTH + 120) / steps;
  const heights = Array.from({ length: steps + 1 }, () => y - random() * height);
  let d = `M-60 ${n(heights[0])}`;
  for (let i = 1; i <= steps; i++) {
    const x = -60 + i * step;
    d += sharp
      ? `L${n(x - step / 2)} ${n(Math.min(heights[i - 1], heights[i]) - random() * height * 0.5)}L${n(x)} ${n(heights[i])}`
      : `C${n(x - step / 2)} ${n(heights[i - 1])} ${n(x - step / 2)} ${n(heights[i])} ${n(x)} ${n(heights[i])}`;
  }
  return `<path d="${d}V${HEIGHT + 60}H-60z" fill="${fill}"/>`;
}

function mountains(colours, random) {
  const sharp = random() < 0.45;
  const sky = colours.hour === 'night' ? stars(random, colours.light) : '';
  return sky + drift(1, sun(colours, random, between(random, 120, 240))) +
    colours.layers.map((fill, i) => drift(1 + Math.min(2, i >> 1), ridge(random, 300 + i * 74, 120 - i * 10, fill, 4 + i, sharp))).join('');
}

function sea(colours, random) {
  let waves = '';
  const size = between(random, 30, 46);
  for (let row = 0; row < 13; row++) {
    const y = 330 + row * size * 0.62;
    for (let x = -size * 2; x < WIDTH + size * 2; x += size * 2) {
      const cx = x + (row % 2) * size;
      waves += [1, 0.76, 0.52, 0.28].map((k, i) => disc(cx, y, size * k, colours.layers[(i + (row >> 2)) % 5])).join('');
    }
  }
  return drift(1, sun(colours, random, between(random, 150, 260))) + drift(2, waves);
}

function tiles(colours, random) {
  const side = 90;
  const fills = [...colours.layers, colours.light, colours.accent];
  let all = '';
  for (let y = -45; y < HEIGHT + 45; y += side) {
    for (let x = 0; x < WIDTH; x += side) {
      const [back, front] = [pick(random, fills), pick(random, fills)];
      const turn = Math.floor(random() * 4) * 90;
      const shape = pick(random, [
        `<path d="M0 0h${side}a${side} ${side} 0 0 1-${side} ${side}z" fill="${front}"/>`,
        `<path d="M0 0h${side}a${side / 2} ${side / 2} 0 0 1-${side} 0z" fill="${front}"/>`,
        disc(side / 2, side / 2, side * 0.31, front),
        `<path d="M0 0h${side}L0 ${side}z" fill="${front}"/>`,
      ]);
      all += `<g transform="translate(${x} ${y}) rotate(${turn} ${side / 2} ${side / 2})"><rect width="${side + 0.6}" height="${side + 0.6}" fill="${back}"/>${shape}</g>`;
    }
  }
  return drift(1, all);
}

function orbits(colours, random) {
  const x = between(random, 110, 250);
  const y = between(random, 200, 300);
  let rings = '';
  let moons = '';
  for (let i = 7; i > 0; i--) {
    const r = 30 + i * 36;
    rings += `<circle cx="${n(x)}" cy="${n(y)}" r="${r}" fill="${colours.layers[i % 5]}" opacity=".34" stroke="${colours.light}" stroke-opacity=".28"/>`;
    const angle = random() * Math.PI * 2;
    moons += disc(x + Math.cos(angle) * r, y + Math.sin(angle) * r, between(random, 4, 15), pick(random, [colours.accent, colours.light, colours.layers[0]]));
  }
  return stars(random, colours.light) + drift(1, rings) + drift(2, moons) + drift(1, disc(x, y, 40, colours.light) + disc(x + 13, y - 9, 40, colours.accent, 0.5));
}

function dunes(colours, random) {
  const bands = Array.from({ length: 10 }, (_, i) =>
    ridge(random, 190 + i * 48, 80, i === 4 ? colours.accent : colours.layers[Math.min(4, i >> 1)], 2 + (i % 2), false));
  return drift(1, sun(colours, random, 130)) + bands.map((band, i) => drift(1 + (i % 3), band)).join('');
}

function city(colours, random) {
  const rows = [0, 2, 4].map((layer, row) => {
    let houses = '';
    for (let x = -30; x < WIDTH + 30; ) {
      const width = between(random, 34, 66);
      const top = between(random, 210, 380) + row * 70;
      houses += `<rect x="${n(x)}" y="${n(top)}" width="${n(width + 1)}" height="${HEIGHT}" fill="${colours.layers[layer]}"/>`;
      if (random() < 0.3) houses += `<path d="M${n(x)} ${n(top)}l${n(width / 2)} -${n(width / 2)} ${n(width / 2)} ${n(width / 2)}z" fill="${colours.layers[layer]}"/>`;
      for (let wy = top + 14; wy < HEIGHT; wy += 20)
        for (let wx = x + 8; wx < x + width - 10; wx += 14)
          if (random() < 0.4) houses += `<rect x="${n(wx)}" y="${n(wy)}" width="6" height="9" rx="1" fill="${colours.light}" opacity="${(0.25 + row * 0.25).toFixed(2)}"/>`;
      x += width + between(random, 0, 12);
    }
    return drift(row + 1, houses);
  });
  return drift(1, sun(colours, random, between(random, 110, 190))) + rows.join('');
}

function bloom(colours, random) {
  const flower = (x, y, size, petals, depth) => {
    const tilt = random() * 360;
    const ring = (count, length, fill, opacity) =>
      Array.from({ length: count }, (_, i) =>
        `<ellipse cx="0" cy="${n(-length * 0.62)}" rx="${n(length * 0.27)}" ry="${n(length * 0.6)}" fill="${fill}" opacity="${opacity}" transform="rotate(${n(tilt + (i * 360) / count)})"/>`).join('');
    return drift(depth, `<g transform="translate(${n(x)} ${n(y)})">${ring(petals, size, colours.layers[1], 0.75)}${ring(petals, size * 0.74, colours.accent, 0.7)}${ring(petals, size * 0.46, colours.light, 0.85)}${disc(0, 0, size * 0.15, colours.layers[4])}</g>`);
  };
  const petals = 6 + Math.floor(random() * 5);
  return flower(between(random, 60, 150), between(random, 400, 500), between(random, 110, 150), petals, 1) +
    flower(between(random, 240, 330), between(random, 330, 430), between(random, 80, 120), petals, 2) +
    flower(between(random, 130, 240), between(random, 170, 260), between(random, 120, 170), petals, 3);
}

function ribbons(colours, random) {
  const lean = between(random, -26, 26);
  const stripes = Array.from({ length: 9 }, (_, i) => {
    const x = -90 + i * 62;
    const sway = between(random, 30, 110);
    const fill = i === 3 ? colours.accent : i === 6 ? colours.light : colours.layers[i % 5];
    return drift(1 + (i % 3), `<path d="M${x} -60C${n(x + sway)} 160 ${n(x - sway)} 330 ${x} ${HEIGHT + 60}h${n(between(random, 34, 74))}C${n(x + 60 - sway)} 330 ${n(x + 60 + sway)} 160 ${x + 62} -60z" fill="${fill}" opacity=".86"/>`);
  });
  return `<g transform="rotate(${n(lean)} 180 320) scale(1.2) translate(-30 -50)">${stripes.join('')}</g>`;
}

const SCENES = [mountains, sea, tiles, orbits, dunes, city, bloom, ribbons];

function product(colours, random, name) {
  const fill = `url(#${name}-thing)`;
  const object = pick(random, [vase, cup, bag, lamp, bottle, box]);
  return `<rect x="-40" y="430" width="440" height="300" fill="${colours.floor}"/>` +
    `<path d="M70 430V260a110 110 0 0 1 220 0v170z" fill="${colours.arch}"/>` +
    drift(1, disc(between(random, 60, 110), between(random, 120, 200), between(random, 20, 44), colours.light, 0.55)) +
    `<ellipse cx="180" cy="470" rx="118" ry="20" fill="${colours.shade}" opacity=".35"/>` +
    `<path d="M90 430h180v34a90 15 0 0 1-180 0z" fill="${colours.shade}" opacity=".55"/><ellipse cx="180" cy="430" rx="90" ry="15" fill="${colours.light}"/>` +
    `<ellipse cx="184" cy="431" rx="62" ry="8" fill="${colours.shade}" opacity=".4"/>${drift(2, object(fill, colours))}`;
}

const vase = (fill, c) =>
  `<path d="M180 262c-4-46-30-70-52-84M180 262c0-58 8-86 22-112M184 262c10-40 34-52 56-58" fill="none" stroke="${c.dark}" stroke-width="3"/>` +
  disc(126, 176, 15, c.dark) + disc(203, 146, 19, c.light) + disc(243, 203, 13, c.dark) +
  `<path d="M160 262h42c-3 22 4 34 20 56 27 40 12 112-41 112s-69-72-42-112c16-22 24-34 21-56z" fill="${fill}"/><path d="M146 334c-16 30-10 62 6 78" fill="none" stroke="${c.light}" stroke-width="6" stroke-linecap="round" opacity=".5"/>`;
const cup = (fill, c) =>
  `<path d="M238 330a36 36 0 1 1-6 66" fill="none" stroke="${fill}" stroke-width="15"/><path d="M116 306h126l-10 96c-2 18-16 28-32 28h-42c-16 0-30-10-32-28z" fill="${fill}"/>` +
  `<ellipse cx="179" cy="306" rx="63" ry="13" fill="${c.dark}"/><path d="M156 280c-12-18 12-26 0-46M182 276c-12-18 12-26 0-46M208 280c-12-18 12-26 0-46" fill="none" stroke="${c.light}" stroke-width="5" stroke-linecap="round" opacity=".9"/>`;
const bag = (fill, c) =>
  `<path d="M138 300c0-76 84-76 84 0" fill="none" stroke="${c.dark}" stroke-width="8"/><path d="M112 290h136l14 128c1 8-4 12-12 12H110c-8 0-13-4-12-12z" fill="${fill}"/>` +
  `<path d="M104 346c50 26 102 26 152 0" fill="none" stroke="${c.light}" stroke-width="3" opacity=".6"/><circle cx="180" cy="364" r="9" fill="${c.light}"/>`;
const lamp = (fill, c) =>
  `<path d="M176 318h8v96h-8z" fill="${c.dark}"/><ellipse cx="180" cy="420" rx="40" ry="10" fill="${c.dark}"/><path d="M140 200h80l44 120H96z" fill="${fill}"/><ellipse cx="180" cy="320" rx="84" ry="14" fill="${c.light}"/>`;
const bottle = (fill, c) =>
  `<rect x="160" y="186" width="40" height="34" rx="5" fill="${c.dark}"/><path d="M164 220h32c0 26 34 30 34 66v126c0 12-8 18-18 18h-64c-10 0-18-6-18-18V286c0-36 34-40 34-66z" fill="${fill}"/>` +
  `<rect x="142" y="316" width="76" height="66" rx="6" fill="${c.light}" opacity=".9"/><path d="M156 338h48M156 356h30" stroke="${c.dark}" stroke-width="5" stroke-linecap="round"/>`;
const box = (fill, c) =>
  `<path d="M100 316l80-30 80 30v86l-80 30-80-30z" fill="${fill}"/><path d="M100 316l80 30 80-30M180 346v86" fill="none" stroke="${c.light}" stroke-width="2" opacity=".5"/>` +
  `<path d="M140 301l80 30v86M220 301l-80 30" fill="none" stroke="${c.light}" stroke-width="9" opacity=".9"/><path d="M180 300c-40-8-52-52-24-52 18 0 22 30 24 52 2-22 6-52 24-52 28 0 16 44-24 52z" fill="${c.light}"/>`;
