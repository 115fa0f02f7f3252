// The secret that a webhook's messages are signed with: shown when asked for, copied, rotated.

import {get, post} from './api.js';
import {h, say, show} from './dom.js';
import {button, sure} from './parts.js';
import {t, time} from './text.js';

export function secret(now) {
  const path = `/webhooks/${now.id}/secret`;
  const shown = h('div', {role: 'status'});
  let text = null;

  function tell(current) {
    text = current.secret;
    show(shown, h('p', {class: 'mono secret'}, text),
      current.previousValidUntil && h('p', {class: 'hint'}, t('The one before signs too until {time}.', {time: time(current.previousValidUntil)})));
  }

  async function copy(what) {
    try {
      await navigator.clipboard.writeText(what);
      say(t('Copied.'));
    } catch {
      // Browsers give it to pages that came by https alone.
      throw new Error(t('This browser does not let us copy; mark it and copy it yourself.'));
    }
  }

  const reveal = async () => tell(await get(path));
  return h('section', {class: 'card', 'aria-labelledby': 'secret'},
    h('h2', {id: 'secret'}, t('Signing secret')),
    h('p', {class: 'quiet small'}, t('Your endpoint verifies with it that a message is ours. Keep it to yourself.')),
    h('div', {class: 'row'},
      button(t('Show'), reveal),
      button(t('Copy'), async () => {
        if (text === null) {
          await reveal();
        }
        await copy(text);
      }),
      button(t('Rotate'), async () => {
        if (await sure(t('Make a new secret? The old one signs too for some time, so that you can change over.'), t('Rotate'))) {
          tell(await post(`${path}/rotate`));
          say(t('There is a new secret.'));
        }
      })),
    shown,
    now.publicKey && [h('p', {class: 'label'}, t('Public key')), h('p', {class: 'mono secret'}, now.publicKey)]);
}
