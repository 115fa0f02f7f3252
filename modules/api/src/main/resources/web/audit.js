// Who did what.

import {get} from './api.js';
import {h} from './dom.js';
import {cell, head, pages} from './parts.js';
import {t, time} from './text.js';

/** All of it, or of one webhook. */
export async function audit(main, id) {
  const list = pages((cursor) => get(`/audit?limit=50&cursor=${cursor}${id ? `&webhookId=${id}` : ''}`), row,
    [t('When'), t('Who'), t('What'), t('Of what'), t('Details')], t('Nothing yet.'));
  main.replaceChildren(
    head(id ? [h('a', {href: '#/webhooks'}, t('Webhooks')), h('a', {href: `#/webhooks/${id}`}, t('Webhook {id}', {id}))] : [t('Company Profile')], t('Audit log'),
      id && h('a', {class: 'button', href: '#/audit'}, t('All of it'))),
    h('p', {class: 'quiet'}, t('Every change of a webhook, a key or a relation, by whom, and what happened by itself.')),
    h('section', {class: 'card', 'aria-label': t('Audit log')}, list.box));
  await list.begin();
}

function row(entry) {
  return h('tr', {},
    cell(t('When'), time(entry.at)),
    cell(t('Who'), entry.actor),
    cell(t('What'), entry.action),
    cell(t('Of what'), subject(entry)),
    h('td', {class: 'url small'}, details(entry.detail)));
}

function subject(entry) {
  const webhook = /^webhook (\d+)$/.exec(entry.subject ?? '');
  return webhook && entry.action !== 'webhook.delete' ? h('a', {href: `#/webhooks/${webhook[1]}`}, entry.subject) : entry.subject ?? '–';
}

function details(detail) {
  return Object.entries(detail).map(([name, value]) => h('div', {}, h('strong', {}, name), ': ',
    value !== null && typeof value === 'object' && 'to' in value ? `${text(value.from)} → ${text(value.to)}` : text(value)));
}

const text = (value) => (value === null || value === undefined ? '–' : Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value));
