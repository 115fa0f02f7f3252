// One webhook: how it stands, what can be done with it, how it did, and what it was sent.

import {get, post, remove} from './api.js';
import {h, say, sayFailure, show} from './dom.js';
import {explain} from './explain.js';
import {inactive} from './inactive.js';
import {deliveryLog} from './log.js';
import {badge, button, facts, head, keepFresh, since, standing, subscriptionList, sure} from './parts.js';
import {plots} from './plot.js';
import {secret} from './secret.js';
import {number, t, time} from './text.js';

/** @param notice what to tell above all, if anything */
export async function webhook(main, id, notice) {
  const path = `/webhooks/${id}`;
  let now = await get(path);
  // After something was done, all is shown as it is now; who did it with the keyboard goes on at the top.
  const again = async (told) => {
    await webhook(main, id, told);
    main.querySelector('h1').focus({preventScroll: true});
  };
  const tested = h('div', {role: 'status'});
  const how = h('div');
  const activity = h('div');
  const log = deliveryLog(id);

  async function test() {
    show(tested, h('p', {class: 'note'}, t('Sending …')));
    try {
      show(tested, answer(await post(`${path}/test`)));
    } catch (failure) {
      show(tested);
      throw failure;
    }
  }

  async function draw() {
    const drawn = plots(await get(`${path}/activity?hours=${hours.value}`));
    const before = activity.querySelector('details');
    const here = before?.contains(document.activeElement);
    show(activity, drawn);
    const table = activity.querySelector('details');
    if (before && table) {
      // Who reads the table goes on reading it.
      table.open = before.open;
      if (here) { table.querySelector('summary').focus({preventScroll: true}); }
    }
  }

  const hours = h('select', {'aria-label': t('Span of time'), onchange: () => draw().catch(sayFailure)},
    [[24, t('24 hours')], [72, t('3 days')], [168, t('7 days')]].map(([value, text]) => h('option', {value}, text)));

  show(how, state(now));
  show(main,
    head([h('a', {href: '#/webhooks'}, t('Webhooks'))], now.url,
      button(t('Send test message'), test, 'first'),
      h('a', {class: 'button', href: `#/webhooks/${id}/edit`}, t('Edit'))),
    now.description && h('p', {class: 'quiet lead'}, now.description),
    notice && h('p', {class: 'note warn', role: 'alert'}, notice),
    now.status === 'inactive' && inactive(now, again),
    tested,
    h('div', {class: 'columns'},
      h('section', {class: 'card', 'aria-labelledby': 'state'},
        h('h2', {id: 'state'}, t('State')), how,
        h('div', {class: 'row'}, actions(now, again))),
      secret(now)),
    h('section', {class: 'card', 'aria-labelledby': 'activity'},
      h('div', {class: 'head'}, h('h2', {id: 'activity'}, t('Activity')), hours), activity),
    log.box,
    explain(id));
  await Promise.all([draw(), log.begin()]);
  keepFresh(how, 10, async () => {
    const next = await get(path);
    if (standing(next) === 'inactive' && standing(now) !== 'inactive') {
      await webhook(main, id);
      return;
    }
    now = next;
    show(how, state(now));
    await draw();
  });
}

function state(now) {
  return [
    facts([
      [t('Status'), badge(now)],
      [t('Last success'), since(now.lastSuccessAt)],
      [t('Waiting'), number(now.pending)],
      [t('Failing since'), since(now.failingSince)],
      [t('In order'), now.ordered ? t('yes') : t('no')],
      [t('Headers of your own'), Object.keys(now.headers).join(', ') || '–'],
      [t('Created'), time(now.createdAt)],
    ]),
    subscriptionList(now.subscriptions)];
}

/** What the endpoint made of a test message. */
function answer(result) {
  const good = result.error === null;
  return h('div', {class: `note ${good ? 'good' : 'bad'}`},
    h('p', {}, h('strong', {}, good ? t('The endpoint took it.') : t('The endpoint did not take it.')), ' ',
      result.status === null ? result.error : t('Status {status}', {status: result.status}), ` · ${number(result.durationMs)} ms`),
    result.body && h('pre', {tabindex: 0}, result.body));
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
    h('a', {class: 'button plain', href: `#/audit/${now.id}`}, t('Who changed it')),
  ];
}
