// Plots of a webhook's last hours: deliveries by outcome, and how long attempts took.

import {h, s, show} from './dom.js';
import {clock, number, t} from './text.js';

const HEIGHT = 190;
const BOTTOM = 24;
const TOP = 10;

/** Both plots, with the same figures as a table for those who cannot see them. */
export function plots(activity) {
  const items = activity.items;
  const sum = (name) => number(items.reduce((all, item) => all + item[name], 0));
  if (items.every((item) => item.attempts === 0 && item.delivered === 0 && item.failed === 0)) {
    return [h('p', {class: 'quiet empty'}, t('Nothing happened in this time.'))];
  }
  return [
    h('div', {class: 'grid'},
      figure(t('Deliveries over time'), (width) => bars(items, width),
        key('good', t('delivered: {n}', {n: sum('delivered')})), key('bad', t('failed: {n}', {n: sum('failed')})),
        key('warn', t('failed attempts: {n}', {n: sum('failedAttempts')}))),
      figure(t('Duration of attempts over time'), (width) => durations(items, width),
        key('p50', t('half of the attempts took at most (ms)')), key('p95', t('95 % of them')))),
    h('details', {}, h('summary', {}, t('The figures as a table')), table(items))];
}

/** A plot as wide as its place, drawn again where that changes, so that its letters keep their size. */
function figure(title, draw, ...keys) {
  const place = h('div', {class: 'plot'});
  let drawn = 0;
  new ResizeObserver(() => {
    const width = Math.floor(place.clientWidth);
    if (width > 0 && width !== drawn) {
      drawn = width;
      show(place, draw(width));
    }
  }).observe(place);
  return h('figure', {}, h('figcaption', {}, h('h3', {}, title), h('div', {class: 'legend'}, keys)), place);
}

const key = (kind, text) => h('span', {}, h('span', {class: `key ${kind}`}), text);

/** The next number of the kind 1, 2, 5, 10, … that halves well. */
function round(most) {
  const ten = 10 ** Math.floor(Math.log10(Math.max(2, most)));
  return [1, 2, 4, 6, 8, 10].map((step) => step * ten).find((one) => one >= most && one >= 2);
}

/** Axes, and where a value and an item stand between them. */
function frame(label, largest, items, width) {
  const most = round(largest);
  const left = Math.max(28, number(most).length * 7 + 10);
  const svg = s('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', 'aria-label': label});
  const step = (width - left) / items.length;
  const y = (value) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most;
  for (const part of [0, 0.5, 1]) {
    svg.append(
      s('line', {class: 'grid-line', x1: left, x2: width, y1: y(part * most), y2: y(part * most)}),
      s('text', {x: left - 6, y: y(part * most) + 4, 'text-anchor': 'end'}, number(part * most)));
  }
  const marks = width < 420 ? 3 : 5;
  for (let i = 0; i < marks; i++) {
    const item = items[Math.round((items.length - 1) * i / (marks - 1))];
    svg.append(s('text', {x: left + (width - left) * i / (marks - 1), y: HEIGHT - 6,
      'text-anchor': i === 0 ? 'start' : i === marks - 1 ? 'end' : 'middle'}, when(item.at, items)));
  }
  return {svg, step, y, x: (i) => left + i * step};
}

function when(iso, items) {
  const days = new Date(items[items.length - 1].at) - new Date(items[0].at) > 30 * 3600e3;
  return clock(iso, days ? {weekday: 'short', hour: '2-digit', minute: '2-digit'} : {hour: '2-digit', minute: '2-digit'});
}

function bars(items, width) {
  const most = Math.max(1, ...items.map((item) => Math.max(item.delivered + item.failed, item.failedAttempts)));
  const {svg, step, x, y} = frame(t('Deliveries over time'), most, items, width);
  items.forEach((item, i) => {
    const bar = (kind, from, to) => to > from &&
      svg.append(s('rect', {class: kind, x: x(i), y: y(to), width: Math.max(1, step - 1), height: y(from) - y(to)}));
    bar('good', 0, item.delivered);
    bar('bad', item.delivered, item.delivered + item.failed);
    if (item.failedAttempts > 0) {
      svg.append(s('circle', {class: 'warn', cx: x(i) + step / 2, cy: y(item.failedAttempts), r: 2.5}));
    }
    tip(svg, x(i), step, [when(item.at, items), t('delivered: {n}', {n: number(item.delivered)}), t('failed: {n}', {n: number(item.failed)}),
      t('failed attempts: {n}', {n: number(item.failedAttempts)})]);
  });
  return svg;
}

function durations(items, width) {
  const most = Math.max(1, ...items.map((item) => item.p95Ms ?? 0));
  const {svg, step, x, y} = frame(t('Duration of attempts over time'), most, items, width);
  for (const name of ['p50', 'p95']) {
    const points = items.map((item, i) => ({x: x(i + 0.5), value: item[`${name}Ms`], i})).filter((point) => point.value !== null);
    const follows = (n) => n > 0 && points[n - 1].i === points[n].i - 1;
    const path = points.map((point, n) => `${follows(n) ? 'L' : 'M'}${point.x.toFixed(1)} ${y(point.value).toFixed(1)}`).join(' ');
    svg.append(s('path', {class: name, d: path || 'M0 0'}),
      // A point of its own where no line leads to it or from it.
      ...points.filter((point, n) => !follows(n) && points[n + 1]?.i !== point.i + 1)
        .map((point) => s('circle', {class: `dot ${name}`, cx: point.x, cy: y(point.value), r: 2.5})));
  }
  items.forEach((item, i) => item.p95Ms !== null &&
    tip(svg, x(i), step, [when(item.at, items), `50 %: ${number(item.p50Ms)} ms`, `95 %: ${number(item.p95Ms)} ms`]));
  return svg;
}

/** The figures, for who points at that span. */
function tip(svg, x, width, lines) {
  svg.append(s('rect', {class: 'tip', x, y: TOP, width, height: HEIGHT - TOP - BOTTOM}, s('title', {}, lines.join('\n'))));
}

function table(items) {
  const filled = items.filter((item) => item.attempts > 0 || item.delivered > 0 || item.failed > 0);
  return h('div', {class: 'wide'}, h('table', {class: 'figures'},
    h('thead', {}, h('tr', {}, [t('From'), t('delivered'), t('failed'), t('Attempts'), '50 %, ms', '95 %, ms']
      .map((name) => h('th', {scope: 'col'}, name)))),
    h('tbody', {}, filled.map((item) => h('tr', {},
      [when(item.at, items), item.delivered, item.failed, item.attempts, item.p50Ms ?? '–', item.p95Ms ?? '–']
        .map((value) => h('td', {}, typeof value === 'number' ? number(value) : value)))))));
}
