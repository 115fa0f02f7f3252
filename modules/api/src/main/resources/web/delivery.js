// One delivery: the message, every attempt, what the endpoint answered.

import {get, post} from './api.js';
import {h, say} from './dom.js';
import {button, facts, head, stateBadge} from './parts.js';
import {number, pretty, t, time} from './text.js';

export async function delivery(main, webhookId, id) {
  const one = await get(`/deliveries/${id}`);
  main.replaceChildren(
    head([h('a', {href: '#/webhooks'}, t('Webhooks')), h('a', {href: `#/webhooks/${webhookId}`}, t('Webhook {id}', {id: webhookId}))],
      `${one.object} ${t(one.action)} ${one.objectId}`,
      button(t('Resend'), async () => {
        await post(`/deliveries/${id}/resend`);
        await delivery(main, webhookId, id);
        main.querySelector('h1').focus({preventScroll: true});
        say(t('It is being sent again.'));
      }, 'first'),
      button(t('Refresh'), async () => {
        await delivery(main, webhookId, id);
        main.querySelector('h1').focus({preventScroll: true});
      })),
    h('section', {class: 'card', 'aria-label': t('State')}, facts([
      [t('State'), stateBadge(one.state)],
      [t('Reason'), one.reason ? t(one.reason) : '–'],
      [t('Change'), one.changeId],
      [t('Changed at'), time(one.createdAt)],
      [t('Delivered'), time(one.deliveredAt)],
      [t('Next attempt'), time(one.nextAttemptAt)],
      [t('Round'), number(one.round)],
      [t('Message id'), h('span', {class: 'mono'}, one.id)],
    ])),
    h('section', {class: 'card', 'aria-labelledby': 'message'},
      h('h2', {id: 'message'}, t('Message')),
      h('p', {class: 'quiet small'}, t('As it is posted, but for the line breaks; the same on every attempt.')),
      h('pre', {tabindex: 0}, pretty(one.message))),
    h('section', {class: 'card', 'aria-labelledby': 'attempts'},
      h('h2', {id: 'attempts'}, t('Attempts')),
      one.attempts.length === 0 ? h('p', {class: 'quiet'}, t('None yet.')) : one.attempts.map((attempt) => trial(one, attempt))));
}

function trial(one, attempt) {
  const good = attempt.error === null;
  const answer = attempt.status === null ? attempt.error : t('Status {status}', {status: attempt.status});
  return h('article', {},
    h('h3', {}, t('Round {round}, attempt {number}', {round: attempt.round, number: attempt.number}), ' ',
      h('span', {class: `badge ${good ? 'good' : 'bad'}`}, answer)),
    h('p', {class: 'quiet small'}, `${time(attempt.at)} · ${number(attempt.durationMs)} ms`),
    h('details', {}, h('summary', {}, t('Request')),
      h('pre', {tabindex: 0}, [
        `webhook-id: ${one.id}`, `webhook-timestamp: ${Math.floor(new Date(attempt.at) / 1000)}`,
        `webhook-attempt: ${attempt.number}`, 'Content-Type: application/json'].join('\n'))),
    h('p', {class: 'label'}, t('What the endpoint answered')),
    attempt.responseBody ? h('pre', {tabindex: 0}, attempt.responseBody) :
      h('p', {class: 'quiet'}, attempt.status === null ? t('No answer came.') : t('An empty body.')));
}
