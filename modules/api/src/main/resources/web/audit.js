// Who did what.

import {get} from './api.js';
import {h} from './dom.js';
import {cell, head, pages} from './parts.js';
import {t, time} from './text.js';

export async function audit(main) {
  const list = pages((cursor) => get(`/audit?limit=50&cursor=${cursor}`), row,
    [t('When'), t('Who'), t('What'), t('Of what'), t('Details')], t('Nothing yet.'));
  main.replaceChildren(
    head([t('Company Profile')], t('Audit log')),
    h('p', {class: 'quiet'}, t('Every change of a webhook, a key or a relation, by whom, and what happened by itself.')),
    h('section', {class: 'card', 'aria-label': t('Audit log')}, list.box));
  await list.begin();
}

function row(entry) {
  return h('tr', {},
    cell(t('When'), time(entry.at)),
    cell(t('Who'), entry.actor),
    cell(t('What'), entry.action),
    cell(t('Of what'), entry.subject ?? '–'),
    h('td', {class: 'url small'}, details(entry.detail)));
}

function details(detail) {
  return Object.entries(detail).map(([name, value]) => h('div', {}, h('strong', {}, name), ': ',
    value !== null && typeof value === 'object' && 'to' in value ? `${text(value.from)} → ${text(value.to)}` : text(value)));
}

const text = (value) => (value === null || value === undefined ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value));
