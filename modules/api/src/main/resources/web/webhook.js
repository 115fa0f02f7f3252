// One webhook: how it stands, what can be done with it, how it did, and what it was sent.

import {get, post, remove} from './api.js';
import {h, say, show} from './dom.js';
import {badge, button, cell, facts, field, head, pages, stateBadge, sure} from './parts.js';
import {plots} from './plot.js';
import {ago, number, t, time} from './text.js';

export async function webhook(main, id) {
  const path = `/webhooks/${id}`;
  const now = await get(path);
  const again = () => webhook(main, id);
  const tested = h('div', {role: 'status'});
  const activity = h('div');
  const log = deliveries(id);

  async function test() {
    show(tested, h('p', {class: 'quiet'}, t('Sending …')));
    const result = await post(`${path}/test`);
    const good = result.error === null;
    show(tested, h('div', {class: `note ${good ? 'good' : 'bad'}`},
      h('p', {}, h('strong', {}, good ? t('The endpoint took it.') : t('The endpoint did not take it.')), ' ',
        result.status === null ? '' : t('Status {status}', {status: result.status}),
        result.error && result.status === null ? result.error : '', ` · ${number(result.durationMs)} ms`),
      result.body && h('pre', {tabindex: 0}, result.body)));
  }

  async function draw(hours) {
    show(activity, plots(await get(`${path}/activity?hours=${hours}`)));
  }

  const hours = h('select', {'aria-label': t('Span of time'), onchange: (event) => draw(event.target.value).catch((e) => say(e.message))},
    [[24, t('24 hours')], [72, t('3 days')], [168, t('7 days')]].map(([value, text]) => h('option', {value}, text)));

  show(main,
    head([h('a', {href: '#/webhooks'}, t('Webhooks'))], now.url,
      button(t('Send test message'), test, 'first'),
      h('a', {class: 'button', href: `#/webhooks/${id}/edit`}, t('Edit'))),
    now.status === 'inactive' ? await inactive(now, again) : null,
    tested,
    h('section', {class: 'card', 'aria-labelledby': 'state'},
      h('h2', {id: 'state'}, t('State')),
      facts([
        [t('Status'), badge(now)],
        [t('Last success'), ago(now.lastSuccessAt)],
        [t('Failing since'), ago(now.failingSince)],
        [t('Waiting'), number(now.pending)],
        [t('In order'), now.ordered ? t('yes') : t('no')],
        [t('Headers of your own'), Object.keys(now.headers).join(', ') || '–'],
        [t('Created'), time(now.createdAt)],
      ]),
      now.description && h('p', {class: 'quiet'}, now.description),
      h('p', {class: 'small'}, now.subscriptions.map((one) =>
        h('span', {}, h('strong', {}, one.object), ` ${one.actions.map((action) => t(action)).join(', ')} · `))),
      h('div', {class: 'row'}, actions(now, again))),
    secret(now, path),
    h('section', {class: 'card', 'aria-labelledby': 'activity'},
      h('div', {class: 'head'}, h('h2', {id: 'activity'}, t('Activity')), hours), activity),
    explain(id),
    log.box);
  await Promise.all([draw(24), log.begin()]);
}

/** Why it is inactive, what the endpoint answered last, and the ways back. */
async function inactive(now, again) {
  const path = `/webhooks/${now.id}`;
  const reasons = {
    'no success': t('No message was taken for days.'),
    gone: t('The endpoint answered that it is gone (410).'),
    'by administrator': t('An administrator switched it off.'),
  };
  const failed = await get(`${path}/deliveries?state=failed&limit=1`);
  const attempts = failed.items.length > 0 ? (await get(`/deliveries/${failed.items[0].id}`)).attempts : [];
  const last = attempts[attempts.length - 1];

  async function reactivate(resend) {
    await post(`${path}/activate`);
    let messages = 0;
    if (resend) {
      for (const which of ['failed', 'missed']) {
        const since = new Date(new Date(now.inactiveSince) - 7 * 86400e3).toISOString();
        messages += (await post(`${path}/replay`, which === 'failed' ? {since, which} : {since: now.inactiveSince, which})).messages;
      }
    }
    await again();
    say(resend ? t('Active again; {n} messages are being resent.', {n: number(messages)}) : t('Active again.'));
  }

  return h('section', {class: 'note bad', 'aria-labelledby': 'inactive'},
    h('h2', {id: 'inactive'}, t('This webhook is inactive')),
    h('p', {}, `${reasons[now.inactiveReason] ?? now.inactiveReason} ${t('Since {time}.', {time: time(now.inactiveSince)})} `,
      t('Nothing is sent meanwhile, and nothing is lost: changes are kept.')),
    last && h('p', {}, t('The endpoint answered last:'), ' ', h('strong', {}, last.error ?? `status ${last.status}`),
      ` (${time(last.at)})`, last.responseBody && h('pre', {tabindex: 0}, last.responseBody)),
    h('div', {class: 'row'},
      button(t('Reactivate and resend what was missed'), () => reactivate(true), 'first'),
      button(t('Reactivate'), () => reactivate(false))));
}

function actions(now, again) {
  const path = `/webhooks/${now.id}`;
  const act = (name, done) => async () => {
    await post(`${path}/${name}`);
    await again();
    say(done);
  };
  return [
    now.paused ? button(t('Resume'), act('resume', t('It goes on.'))) :
      now.status === 'active' && button(t('Pause'), act('pause', t('Messages wait until you resume.'))),
    now.status === 'active' && button(t('Deactivate'), async () => {
      if (await sure(t('Deactivate this webhook? What waits ends as failed and can be resent later.'), t('Deactivate'))) {
        await act('deactivate', t('It is inactive.'))();
      }
    }),
    button(t('Delete'), async () => {
      if (await sure(t('Delete this webhook and what waits for it?'), t('Delete'))) {
        await remove(path);
        window.location.hash = '#/webhooks';
        say(t('Deleted.'));
      }
    }, 'bad'),
  ];
}

function secret(now, path) {
  const shown = h('div', {role: 'status'});
  let text = null;
  function tell(current) {
    text = current.secret;
    show(shown, h('p', {class: 'mono secret'}, text),
      current.previousValidUntil && h('p', {class: 'hint'}, t('The one before signs too until {time}.', {time: time(current.previousValidUntil)})));
  }
  const reveal = async () => tell(await get(`${path}/secret`));
  return h('section', {class: 'card', 'aria-labelledby': 'secret'},
    h('h2', {id: 'secret'}, t('Signing secret')),
    h('p', {class: 'quiet small'}, t('Your endpoint verifies with it that a message is ours. Keep it to yourself.')),
    h('div', {class: 'row'},
      button(t('Show'), reveal),
      button(t('Copy'), async () => {
        if (text === null) {
          await reveal();
        }
        await navigator.clipboard.writeText(text);
        say(t('Copied.'));
      }),
      button(t('Rotate'), async () => {
        if (await sure(t('Make a new secret? The old one signs too for some time, so that you can change over.'), t('Rotate'))) {
          tell(await post(`${path}/secret/rotate`));
          say(t('There is a new secret.'));
        }
      })),
    shown,
    now.publicKey && h('p', {}, h('strong', {}, t('Public key')), ' ', h('span', {class: 'mono secret'}, now.publicKey)));
}

function explain(id) {
  const change = field(t('Number of the change'), h('input', {type: 'text', inputmode: 'numeric', autocomplete: 'off'}));
  const answer = h('div', {role: 'status'});
  async function ask() {
    change.refuse('');
    if (!/^[0-9]{1,18}$/.test(change.input.value.trim())) {
      change.refuse(t('A whole number, as in changeId.'));
      change.input.focus();
      return;
    }
    try {
      const told = await get(`/changes/${change.input.value.trim()}/explain?webhookId=${id}`);
      show(answer, h('p', {class: 'note'}, h('strong', {}, told.sent ? t('It was sent.') : t('It was not sent.')), ` ${told.explanation}`));
    } catch (failure) {
      show(answer, h('p', {class: 'error'}, failure.status === 404 ? t('There is no such change that concerns you.') : failure.message));
    }
  }
  return h('section', {class: 'card', 'aria-labelledby': 'explain'},
    h('h2', {id: 'explain'}, t('Why was a change sent, or not?')),
    h('form', {novalidate: true, onsubmit: (event) => { event.preventDefault(); ask(); }},
      change.box, h('button', {type: 'submit'}, t('Explain'))),
    answer);
}

function deliveries(id) {
  const state = h('select', {id: 'log-state', onchange: begin},
    [['', t('all')], ['pending', t('pending')], ['delivered', t('delivered')], ['failed', t('failed')]]
      .map(([value, text]) => h('option', {value}, text)));
  const since = h('input', {type: 'datetime-local', id: 'log-since', onchange: begin});
  const until = h('input', {type: 'datetime-local', id: 'log-until', onchange: begin});
  const at = (input) => (input.value === '' ? '' : new Date(input.value).toISOString());
  const list = pages(
    (cursor) => get(`/webhooks/${id}/deliveries?limit=25&cursor=${cursor}` +
      (state.value && `&state=${state.value}`) + (at(since) && `&since=${at(since)}`) + (at(until) && `&until=${at(until)}`)),
    (one) => h('tr', {},
      cell(t('State'), stateBadge(one.state)),
      h('td', {class: 'url'}, h('a', {href: `#/webhooks/${id}/deliveries/${one.id}`}, `${one.object} ${t(one.action)} ${one.objectId}`),
        one.reason && h('div', {class: 'quiet small'}, one.reason)),
      cell(t('Attempts'), number(one.attemptCount)),
      cell(t('Change'), one.changeId),
      cell(t('Changed at'), time(one.createdAt)),
      cell(t('Next attempt'), one.nextAttemptAt === null ? '–' : time(one.nextAttemptAt))),
    [t('State'), t('Message'), t('Attempts'), t('Change'), t('Changed at'), t('Next attempt')],
    t('Nothing was sent yet.'));
  function begin() {
    list.begin().catch((failure) => say(failure.message));
  }
  return {
    begin: list.begin,
    box: h('section', {class: 'card', 'aria-labelledby': 'log'},
      h('div', {class: 'head'}, h('h2', {id: 'log'}, t('Deliveries')), button(t('Refresh'), list.begin)),
      h('div', {class: 'row'},
        h('div', {}, h('label', {for: 'log-state'}, t('State')), state),
        h('div', {}, h('label', {for: 'log-since'}, t('Changed since')), since),
        h('div', {}, h('label', {for: 'log-until'}, t('Changed before')), until)),
      list.box),
  };
}
