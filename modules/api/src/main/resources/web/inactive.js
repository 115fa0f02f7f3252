// An inactive webhook: why, what its endpoint answered last, and the ways back.

import {get, post} from './api.js';
import {h, say, sayFailure, show} from './dom.js';
import {button} from './parts.js';
import {number, t, time} from './text.js';

const HOUR = 3600e3;
const WEEK = 7 * 24 * HOUR;
const PAGES = 10;

export function inactive(now, again) {
  const path = `/webhooks/${now.id}`;
  const reasons = {
    'no success': t('No message was taken for days.'),
    gone: t('The endpoint answered that it is gone (410).'),
    'by administrator': t('An administrator switched it off.'),
  };
  // Where much failed it takes a moment to find; the ways back need not wait for it.
  const answered = h('div');
  lastAttempt(path).then((last) => last && show(answered,
    h('p', {}, t('The endpoint answered last:'), ' ', h('strong', {}, last.status === null ? last.error : t('Status {status}', {status: last.status})),
      ` (${time(last.at)})`),
    last.responseBody && h('pre', {tabindex: 0}, last.responseBody))).catch(sayFailure);

  async function reactivate(resend) {
    await post(`${path}/activate`);
    let messages = 0;
    if (resend) {
      for (const body of resent(now)) {
        messages += (await post(`${path}/replay`, body)).messages;
      }
    }
    await again();
    say(resend ? t('Active again; {n} messages are being resent.', {n: number(messages)}) : t('Active again.'));
  }

  return h('section', {class: 'note bad', 'aria-labelledby': 'inactive'},
    h('h2', {id: 'inactive'}, t('This webhook is inactive')),
    h('p', {}, `${reasons[now.inactiveReason] ?? now.inactiveReason} ${t('Since {time}.', {time: time(now.inactiveSince)})} `,
      t('Nothing is sent meanwhile, and nothing is lost: changes are kept.')),
    answered,
    h('div', {class: 'row'},
      button(t('Reactivate and resend what was missed'), () => reactivate(true), 'first'),
      button(t('Reactivate'), () => reactivate(false))));
}

/** What is resent, one call after the other. */
function resent(now) {
  const before = (span) => new Date(new Date(now.inactiveSince) - span).toISOString();
  // What was captured before that may have come to fan-out after it, and was left out there: its transaction was
  // long, or fan-out was behind.
  const hour = before(HOUR);
  return [
    {which: 'failed', since: before(WEEK)},
    {which: 'missed', since: new Date(hour) < new Date(now.createdAt) ? now.createdAt : hour},
  ];
}

/** What waited when it became inactive was perhaps never tried; the newest that was is told of. */
async function lastAttempt(path) {
  let cursor = '';
  for (let page = 0; page < PAGES; page += 1) {
    const failed = await get(`${path}/deliveries?state=failed&limit=200&cursor=${cursor}`);
    const tried = failed.items.find((one) => one.attemptCount > 0);
    if (tried) {
      return (await get(`/deliveries/${tried.id}`)).attempts.at(-1);
    }
    cursor = failed.nextCursor;
    if (!cursor) {
      break;
    }
  }
  return undefined;
}
