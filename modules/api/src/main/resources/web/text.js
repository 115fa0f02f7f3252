// What the page says, in English and Dutch, and how it writes times and numbers. English is the key.

import {dutch} from './dutch.js';

const LANGUAGE = 'changepost.language';

export const languages = {en: 'English', nl: 'Nederlands'};

export function language() {
  const chosen = localStorage.getItem(LANGUAGE);
  return chosen in languages ? chosen : (navigator.language || 'en').startsWith('nl') ? 'nl' : 'en';
}

export function speak(code) {
  localStorage.setItem(LANGUAGE, code);
}

// The reader's own way of writing times and numbers, where it is of the language that is shown.
const locale = () => (navigator.languages ?? []).find((one) => one.split('-')[0] === language()) ?? language();

/** The text in the reader's language, with {names} replaced. */
export function t(english, values = {}) {
  const text = (language() === 'nl' && dutch[english]) || english;
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
}

export const number = (value) => new Intl.NumberFormat(locale()).format(value);

/** A time written as told by Intl's options. */
export const clock = (iso, options) => new Intl.DateTimeFormat(locale(), options).format(new Date(iso));

/** Date and time of day, in the reader's own zone. */
export function time(iso) {
  return iso === null || iso === undefined ? '–' :
    clock(iso, {dateStyle: 'medium', timeStyle: 'medium'});
}

const STEPS = [['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

/** How long ago, in one word or two. */
export function ago(iso) {
  if (iso === null || iso === undefined) {
    return '–';
  }
  const seconds = (new Date(iso) - Date.now()) / 1000;
  const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) || STEPS[3];
  return new Intl.RelativeTimeFormat(language(), {numeric: 'auto'}).format(Math.round(seconds / length), unit);
}

/** JSON with line breaks, digit by digit as it was: a parser would round long numbers. */
export function pretty(json) {
  let out = '';
  let depth = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const c = json[i];
    if (inString) {
      out += c;
      if (c === '\\') {
        i += 1;
        out += json[i] ?? '';
      } else if (c === '"') {
        inString = false;
      }
    } else if (c === '"') {
      inString = true;
      out += c;
    } else if (c === '{' || c === '[') {
      const closing = c === '{' ? '}' : ']';
      if (json[i + 1] === closing) {
        out += c + closing;
        i += 1;
      } else {
        depth += 1;
        out += c + '\n' + '  '.repeat(Math.min(depth, 40));
      }
    } else if (c === '}' || c === ']') {
      depth -= 1;
      out += '\n' + '  '.repeat(Math.max(0, Math.min(depth, 40))) + c;
    } else if (c === ',') {
      out += ',\n' + '  '.repeat(Math.min(depth, 40));
    } else if (c === ':') {
      out += ': ';
    } else if (!/\s/.test(c)) {
      out += c;
    }
  }
  return out;
}
