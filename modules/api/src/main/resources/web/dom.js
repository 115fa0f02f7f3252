// Makes elements. Text only ever becomes a text node, so nothing that is shown can become markup.

/** An element; `on…` functions are listeners, booleans set or leave out an attribute. */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) {
      add(element, child);
    } else if (child instanceof Node) {
      element.append(child);
    } else if (child !== null && child !== undefined && child !== false) {
      element.append(document.createTextNode(String(child)));
    }
  }
}

/** Puts these in place of what is there. */
export function show(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

/** The same, but what says the same already stays as it is: a link in it keeps the focus, and no alert is read aloud again. */
export function showChanged(element, ...children) {
  const next = h('div', {}, children);
  if (next.textContent !== element.textContent) {
    element.replaceChildren(...next.childNodes);
  }
}

let quiet;

/** Tells something in passing, aloud to those who listen. */
export function say(text) {
  tell(text, false);
}

/** The same of what went wrong: it stays longer, and looks it. */
export function sayFailure(failure) {
  tell(failure?.message ?? String(failure), true);
}

function tell(text, bad) {
  const said = document.getElementById('said');
  said.className = bad ? 'said bad' : 'said';
  said.textContent = text;
  clearTimeout(quiet);
  quiet = setTimeout(() => { said.textContent = ''; }, bad ? 12_000 : 6_000);
}

let numbers = 0;

/** An id that no other element has. */
export function fresh(name) {
  numbers += 1;
  return `${name}-${numbers}`;
}
