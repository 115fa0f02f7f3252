// Plots of a webhook's last hours: deliveries by outcome, and how long attempts took.

import {h, s} from './dom.js';
import {number, t, language} from './text.js';

const WIDTH = 640;
const HEIGHT = 170;
const LEFT = 44;
const BOTTOM = 22;
const TOP = 8;

/** Both plots, with the same figures as a table for those who cannot see them. */
export function plots(activity) {
  const items = activity.items;
  const sums = (name) => items.reduce((sum, item) => sum + item[name], 0);
  return [
    h('div', {class: 'grid'},
      h('figure', {class: 'figure'},
        bars(items), h('figcaption', {class: 'legend'},
          key('good', t('delivered: {n}', {n: number(sums('delivered'))})),
          key('bad', t('failed: {n}', {n: number(sums('failed'))})))),
      h('figure', {class: 'figure'},
        lines(items), h('figcaption', {class: 'legend'},
          key('p50', t('half of the attempts took at most (ms)')), key('p95', t('95 % of them')))))
    , h('details', {}, h('summary', {}, t('The figures as a table')), table(items))];
}

function key(kind, text) {
  return h('span', {}, h('span', {class: `key ${kind}`}), text);
}

function frame(label, most, items) {
  const svg = s('svg', {class: 'plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label});
  for (let i = 0; i <= 2; i++) {
    const y = TOP + (HEIGHT - TOP - BOTTOM) * i / 2;
    svg.append(
      s('line', {class: 'grid-line', x1: LEFT, x2: WIDTH, y1: y, y2: y}),
      s('text', {x: LEFT - 6, y: y + 4, 'text-anchor': 'end'}, number(Math.round(most * (2 - i) / 2))));
  }
  const steps = 4;
  for (let i = 0; i <= steps; i++) {
    const item = items[Math.min(items.length - 1, Math.round((items.length - 1) * i / steps))];
    svg.append(s('text', {x: LEFT + (WIDTH - LEFT) * i / steps, y: HEIGHT - 6,
      'text-anchor': i === 0 ? 'start' : i === steps ? 'end' : 'middle'}, clock(item.at, items)));
  }
  return svg;
}

function clock(iso, items) {
  const days = new Date(items[items.length - 1].at) - new Date(items[0].at) > 30 * 3600e3;
  return new Intl.DateTimeFormat(language(), days ? {weekday: 'short', hour: '2-digit'} : {hour: '2-digit', minute: '2-digit'})
    .format(new Date(iso));
}

const up = (value, most) => (HEIGHT - TOP - BOTTOM) * value / most;

function bars(items) {
  const most = Math.max(1, ...items.map((item) => item.delivered + item.failed));
  const svg = frame(t('Deliveries over time'), most, items);
  const width = (WIDTH - LEFT) / items.length;
  items.forEach((item, i) => {
    const good = up(item.delivered, most);
    const bad = up(item.failed, most);
    const x = LEFT + i * width;
    svg.append(
      s('rect', {class: 'good', x, y: HEIGHT - BOTTOM - good, width: Math.max(1, width - 1), height: good}),
      s('rect', {class: 'bad', x, y: HEIGHT - BOTTOM - good - bad, width: Math.max(1, width - 1), height: bad}));
  });
  return svg;
}

function lines(items) {
  const most = Math.max(1, ...items.map((item) => item.p95Ms ?? 0));
  const svg = frame(t('Duration of attempts over time'), most, items);
  for (const name of ['p50', 'p95']) {
    const points = items
      .map((item, i) => ({x: LEFT + (i + 0.5) * (WIDTH - LEFT) / items.length, value: item[`${name}Ms`], i}))
      .filter((point) => point.value !== null)
      .map((point) => ({...point, y: HEIGHT - BOTTOM - up(point.value, most)}));
    const path = points
      .map((point, i) => `${i === 0 || points[i - 1].i !== point.i - 1 ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`)
      .join(' ');
    svg.append(s('path', {class: name, d: path || 'M0 0'}),
      ...points.map((point) => s('circle', {class: `dot ${name}`, cx: point.x, cy: point.y, r: 2.5})));
  }
  return svg;
}

function table(items) {
  const filled = items.filter((item) => item.attempts > 0 || item.delivered > 0 || item.failed > 0);
  return h('div', {class: 'wide'}, h('table', {},
    h('thead', {}, h('tr', {}, [t('From'), t('delivered'), t('failed'), t('Attempts'), 'p50 ms', 'p95 ms']
      .map((name) => h('th', {scope: 'col'}, name)))),
    h('tbody', {}, filled.map((item) => h('tr', {},
      [clock(item.at, items), item.delivered, item.failed, item.attempts, item.p50Ms ?? '–', item.p95Ms ?? '–']
        .map((value) => h('td', {}, value)))))));
}
