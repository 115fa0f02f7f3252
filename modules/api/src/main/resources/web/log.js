// What a webhook was sent, with filters, and sending many of them again.

import {get, postPatiently} from './api.js';
import {fresh, h, say, sayFailure} from './dom.js';
import {button, cell, field, pages, since, stateBadge} from './parts.js';
import {number, t, time} from './text.js';

const at = (input) => (input.value === '' ? '' : new Date(input.value).toISOString());

export function deliveryLog(id) {
  const path = `/webhooks/${id}`;
  const begin = () => list.begin().catch(sayFailure);
  const state = h('select', {id: 'log-state', onchange: begin},
    [['', t('all')], ['pending', t('pending')], ['delivered', t('delivered')], ['failed', t('failed')]]
      .map(([value, text]) => h('option', {value}, text)));
  const from = h('input', {type: 'datetime-local', id: 'log-since', onchange: begin});
  const until = h('input', {type: 'datetime-local', id: 'log-until', onchange: begin});
  const list = pages(
    (cursor) => get(`${path}/deliveries?limit=25&cursor=${cursor}` +
      (state.value && `&state=${state.value}`) + (at(from) && `&since=${at(from)}`) + (at(until) && `&until=${at(until)}`)),
    (one) => h('tr', {},
      cell(t('State'), stateBadge(one.state)),
      h('td', {class: 'url'}, h('a', {href: `#/webhooks/${id}/deliveries/${one.id}`}, `${one.object} ${t(one.action)} ${one.objectId}`),
        one.reason && h('div', {class: 'quiet small'}, t(one.reason))),
      cell(t('Attempts'), number(one.attemptCount)),
      cell(t('Change'), one.changeId),
      cell(t('Changed at'), time(one.createdAt)),
      cell(t('Next attempt'), since(one.nextAttemptAt))),
    [t('State'), t('Message'), t('Attempts'), t('Change'), t('Changed at'), t('Next attempt')],
    () => (state.value || from.value || until.value ? t('Nothing is like that.') : t('Nothing was sent yet.')));

  return {
    begin: list.begin,
    box: h('section', {class: 'card', 'aria-labelledby': 'log'},
      h('div', {class: 'head'}, h('h2', {id: 'log'}, t('Deliveries')),
        h('div', {class: 'row'}, button(t('Resend many …'), () => resendMany(path, from.value, until.value, list.begin)),
          button(t('Refresh'), list.begin))),
      h('div', {class: 'row filters', role: 'search'},
        h('div', {}, h('label', {for: 'log-state'}, t('State')), state),
        h('div', {}, h('label', {for: 'log-since'}, t('Changed since')), from),
        h('div', {}, h('label', {for: 'log-until'}, t('Changed before')), until)),
      list.box),
  };
}

/** Asks which, and sends them again; the messages keep their ids. */
async function resendMany(path, sinceValue, untilValue, after) {
  const id = fresh('dialog');
  const which = field(t('Which'), h('select', {},
    [['failed', t('those that failed')], ['missed', t('those it never got')], ['all', t('all, also those that were delivered')]]
      .map(([value, text]) => h('option', {value}, text))));
  const from = field(t('Changed since'), h('input', {type: 'datetime-local', value: sinceValue || local(Date.now() - 86400e3), required: true}));
  const until = field(t('Changed before'), h('input', {type: 'datetime-local', value: untilValue}), t('Empty: until now.'));
  const send = h('button', {type: 'submit', class: 'first'}, t('Resend'));
  const dialog = h('dialog', {'aria-labelledby': id},
    h('form', {novalidate: true, async onsubmit(event) {
      event.preventDefault();
      [which, from, until].forEach((one) => one.refuse(''));
      if (from.input.value === '') {
        from.refuse(t('Say since when.'));
        from.input.focus();
        return;
      }
      send.disabled = true;
      try {
        const body = {which: which.input.value, since: at(from.input), ...(until.input.value && {until: at(until.input)})};
        const {messages} = await postPatiently(`${path}/replay`, body);
        dialog.close();
        await after();
        say(t('{n} messages are being resent.', {n: number(messages)}));
      } catch (failure) {
        const why = failure.errors?.map((one) => one.message).join(' ') || failure.message;
        // It may take minutes; who closed the dialog meanwhile is told all the same.
        if (dialog.open) { which.refuse(why); } else { sayFailure(why); }
      } finally {
        send.disabled = false;
      }
    }}, h('h2', {id}, t('Resend many messages')), which.box, from.box, until.box,
    h('div', {class: 'row'}, h('button', {type: 'button', onclick: () => dialog.close()}, t('Cancel')), send)));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** A time as an input for local times has it. */
function local(millis) {
  const date = new Date(millis);
  return new Date(millis - date.getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
}
