// Why a change was sent to a webhook, or was not.

import {get} from './api.js';
import {h, show} from './dom.js';
import {field} from './parts.js';
import {t} from './text.js';

export function explain(id) {
  const change = field(t('Number of the change'), h('input', {type: 'text', inputmode: 'numeric', autocomplete: 'off'}));
  const answer = h('div', {role: 'status'});

  async function ask() {
    change.refuse('');
    show(answer);
    if (!/^[0-9]{1,18}$/.test(change.input.value.trim())) {
      change.refuse(t('A whole number, as in changeId.'));
      change.input.focus();
      return;
    }
    try {
      const told = await get(`/changes/${change.input.value.trim()}/explain?webhookId=${id}`);
      show(answer, h('p', {class: 'note'}, h('strong', {}, told.sent ? t('It was sent.') : t('It was not sent.')), ` ${told.explanation}`));
    } catch (failure) {
      change.refuse(failure.status === 404 ? t('There is no such change that concerns you.') : failure.message);
      change.input.focus();
    }
  }

  return h('section', {class: 'card', 'aria-labelledby': 'explain'},
    h('h2', {id: 'explain'}, t('Why was a change sent, or not?')),
    h('form', {class: 'row', novalidate: true, onsubmit: (event) => { event.preventDefault(); ask(); }},
      change.box, h('button', {type: 'submit'}, t('Explain'))),
    answer);
}
