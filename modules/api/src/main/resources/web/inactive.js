// An inactive webhook: why, what its endpoint answered last, and the ways back.

import {get, postPatiently} from './api.js';
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
    // It ends what was still waiting, which may be much too.
    await postPatiently(`${path}/activate`);
    const left = resend ? resent(now) : [];
    let messages = 0;
    try {
      while (left.length > 0) {
        const [{which, since}] = left;
        messages += (await postPatiently(`${path}/replay`, {which, since})).messages;
        left.shift();
      }
    } catch (failure) {
      await breakOff(failure, left);
      return;
    }
    await again();
    say(resend ? t('Active again; {n} messages are being resent.', {n: number(messages)}) : t('Active again.'));
  }

  /** These buttons are gone now that it is active: what they did not do is told, with another way to do it. */
  async function breakOff(failure, left) {
    if (failure.status === 409) {
      // Its endpoint has answered that it is gone once more: it is inactive, as this view then shows.
      await again(failure.message);
      return;
    }
    const text = t('The webhook is active again, but not all of what was missed is being resent. {why} “{button}” sends the rest: {rest}.', {
      why: failure.message.replace(/\.?$/, '.'), button: t('Resend many …'),
      rest: left.map(({name, since}) => t('{which}, changed since {time}', {which: name, time: time(since)})).join('; ')});
    try {
      // Who went on to another view meanwhile does not see this one.
      if (panel.isConnected) {
        await again(text);
        return;
      }
    } catch {
      // The server is gone altogether.
    }
    sayFailure(text);
  }

  const panel = h('section', {class: 'note bad', 'aria-labelledby': 'inactive'},
    h('h2', {id: 'inactive'}, t('This webhook is inactive')),
    h('p', {}, `${reasons[now.inactiveReason] ?? now.inactiveReason} ${t('Since {time}.', {time: time(now.inactiveSince)})} `,
      t('Nothing is sent meanwhile, and nothing is lost: changes are kept.')),
    answered,
    h('div', {class: 'row'},
      button(t('Reactivate and resend what was missed'), () => reactivate(true), 'first'),
      button(t('Reactivate'), () => reactivate(false))));
  return panel;
}

/** What is resent, one call after the other. */
function resent(now) {
  const before = (span) => new Date(new Date(now.inactiveSince) - span).toISOString();
  // What was captured before that may have come to fan-out after it, and was left out there: its transaction was
  // long, or fan-out was behind.
  const hour = before(HOUR);
  return [
    {which: 'failed', name: t('those that failed'), since: before(WEEK)},
    {which: 'missed', name: t('those it never got'), since: new Date(hour) < new Date(now.createdAt) ? now.createdAt : hour},
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
