// Small parts that everything else is made of. What comes from the system is only ever set as text.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: el('p', {class: 'x', onclick: f}, 'text', child). */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter(child => child !== undefined && child !== ''));
  return node;
}

/**
 * Shows other children, and leaves those alone that are the same: a button that is being clicked on must not be another one by the
 * time it is let go. Their listeners stay, too: buttons that look the same must do the same.
 */
export function redraw(node, children) {
  let at = node.firstChild;
  for (const child of children) {
    let old = at;
    while (old && !alike(old, child)) old = old.nextSibling;
    if (!old) {
      node.insertBefore(child, at);
      continue;
    }
    while (at !== old) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    at = old.nextSibling;
    if (!old.isEqualNode(child)) redraw(old, [...child.childNodes]);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

const alike = (a, b) => a.nodeType !== Node.ELEMENT_NODE || a.nodeName === 'BUTTON'
  ? a.isEqualNode(b) : a.cloneNode().isEqualNode(b.cloneNode());

export const byId = id => document.getElementById(id);

const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 1});

/** A number that fits a cell. */
export const short = n => Math.abs(n) < 10000 ? whole.format(Math.round(n)) : compact.format(n);
export const full = n => whole.format(n);
/** A rate: small ones with a decimal. */
export const rate = n => n > 0 && n < 10 ? n.toFixed(1) : short(n);

/** How long ago, as 12 s, 5 min, 3 h, 2 d. */
export function ago(at) {
  const s = Math.max(0, Math.round((Date.now() - at) / 1000));
  if (s < 2) return 'now';
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  return s < 86400 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;
}

export const clock = at => new Date(at).toLocaleTimeString([], {hour12: false});

/** A time that grows older by itself. */
export function when(at) {
  return el('time', {'data-at': at, title: new Date(at).toLocaleString()}, ago(at));
}

setInterval(() => document.querySelectorAll('time[data-at]').forEach(time => {
  const text = ago(Number(time.dataset.at));
  if (time.textContent !== text) time.textContent = text;
}), 1000);

/** A path without what all have in common. */
export const inner = path => path.replace(/^bastion:\/\/[^/]+\/?/, '') || '/';

/** A path whose last name stands out. */
export function pathOf(path) {
  const at = inner(path).lastIndexOf('/') + 1;
  return el('span', {class: 'path', title: path},
      el('span', {}, inner(path).slice(0, at)), el('b', {}, inner(path).slice(at) || '/'));
}

/** A line of values over time; a new one, or the one that is given with another shape. */
export function spark(values, line = undefined, width = 72, height = 18) {
  if (!line) {
    line = document.createElementNS(SVG, 'svg');
    line.setAttribute('class', 'spark');
    line.setAttribute('viewBox', `0 0 ${width} ${height}`);
    line.setAttribute('preserveAspectRatio', 'none');
    line.setAttribute('aria-hidden', 'true');
    line.append(document.createElementNS(SVG, 'path'), document.createElementNS(SVG, 'path'));
  }
  const max = Math.max(1, ...values);
  const step = width / (SAMPLES - 1);
  const from = width - (values.length - 1) * step;
  const points = values.map((v, i) =>
    `${(from + i * step).toFixed(1)} ${(height - 1 - v / max * (height - 3)).toFixed(1)}`);
  const drawn = values.length > 1 ? `M${points.join('L')}` : '';
  line.children[0].setAttribute('d', drawn && `${drawn}V${height}H${from.toFixed(1)}Z`);
  line.children[1].setAttribute('d', drawn);
  return line;
}

/** Values that a spark shows. */
export const SAMPLES = 40;

export function push(values, value) {
  values.push(value);
  if (values.length > SAMPLES) values.shift();
  return values;
}

export async function get(path, options) {
  const response = await fetch(path, {cache: 'no-store', ...options});
  if (!response.ok) throw Object.assign(new Error((await response.text()).trim()), {status: response.status});
  return response.json();
}

const STATES = {
  RUNNING: 'running', STARTING: 'starting', RESTARTING: 'restarting', STOPPING: 'stopping', DOWN: 'down', BUSY: 'busy',
};

export function stateOf(line) {
  return line.stuck > 1 && line.state === 'RUNNING' ? 'stuck' : STATES[line.state] ?? 'running';
}

/** What an actor is doing, as a word with a colour. */
export function pill(line) {
  const state = stateOf(line);
  return el('span', {class: 'pill', 'data-state': state}, el('i'),
      state === 'stuck' ? `no progress ${ago(Date.now() - line.stuck * 1000)}` : state);
}

/** A table: heads with a # before are numbers. */
export function table(caption, heads, lines, none) {
  if (lines.length === 0) return el('p', {class: 'empty'}, none);
  return el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption}, el('table', {},
      el('thead', {}, el('tr', {}, ...heads.map(head =>
        el('th', {scope: 'col', class: head.startsWith('#') ? 'n' : ''}, head.replace('#', ''))))),
      el('tbody', {}, ...lines.map(cells => el('tr', {}, ...cells.map((cell, i) =>
        el('td', {class: heads[i].startsWith('#') ? 'n' : ''}, cell)))))));
}
