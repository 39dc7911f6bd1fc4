// The tree of actors: only the lines that are in sight are there, and are asked for.

import {byId, el, get, inner, push, rate, short, full, spark, stateOf, pill} from './parts.js';

const HEIGHT = 30; // of a line, as in the style sheet
const BEYOND = 12; // lines above and below those in sight
const OPEN = 400; // nodes that may be open: the address of a request has a length
const FEW = 50; // children that are shown unasked
const COLUMNS = [
  ['name', 'Actor'], ['state', 'State'], ['incarnation', 'Incarnation'], ['queued', 'Waiting'], ['rate', 'Handled/s'],
];

const grid = byId('tree');
const body = byId('rows');
const none = byId('none');
const filter = byId('filter');
const state = byId('state');

const open = new Set();
const rates = new Map(); // of actors that were in sight, for their sparks
const incarnations = new Map();
let lines = [];
let offset = 0;
let total = 0;
let flat = false;
let active = 0; // number of the line that the keys act on
let activeId = '';
let sort = ['', ''];
let busy = false;
let again = false;
let begun = false;
let typed = 0; // the timer that waits for the next letter
let untouched = true; // nothing was opened or closed by hand
let choose = () => {};
let shown = ''; // the actor whose details are shown

/** Begins with the actors of a life of the program. */
export function start(onChoose) {
  choose = onChoose;
  begun = true;
  open.clear();
  untouched = true;
  rates.clear();
  incarnations.clear();
  heads();
  refresh();
}

export function markShown(id) {
  shown = id;
  draw();
}

/** Opens the way to an actor and goes there. */
export async function reveal(id, ancestors) {
  clearFilters();
  untouched = false;
  ancestors.forEach(ancestor => setOpen(ancestor, true));
  activeId = id;
  await refresh();
}

// ------------------------------------------------------------------------------------------------ data

function inSight() {
  const first = Math.max(0, Math.floor(grid.scrollTop / HEIGHT) - BEYOND);
  return [first, Math.min(200, Math.ceil(grid.clientHeight / HEIGHT) + 2 * BEYOND)];
}

export async function refresh() {
  if (!begun) return; // what is opened before the start would be closed by it
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      const [from, limit] = inSight();
      const query = new URLSearchParams({offset: from, limit});
      if (filter.value.trim()) query.set('filter', filter.value.trim());
      if (state.value) query.set('state', state.value);
      if (sort[0]) { query.set('sort', sort[0]); query.set('order', sort[1]); }
      if (![...query.keys()].some(key => key === 'filter' || key === 'state' || key === 'sort')) {
        query.set('open', [...open].join(','));
      }
      const page = await get(`api/tree?${query}`);
      ({lines, offset, total, flat} = page);
      note();
      if (!openOnly()) draw();
    } while (again);
  } catch (e) {
    if (e.status) message(`The tree cannot be read: ${e.message}`); // without a status, the state of the link says so
  } finally {
    busy = false;
  }
}

/** One line is no tree, and neither is one within another: opens the last of those, until somebody opens or closes one. */
function openOnly() {
  const last = lines.at(-1);
  if (flat || offset > 0 || lines.length !== open.size + 1 || last.children === 0 || open.has(last.id)) return false;
  if (open.size > 0 && !(untouched && last.children <= FEW)) return false;
  open.add(last.id);
  again = true;
  return true;
}

function note() {
  for (const line of lines) {
    const values = rates.get(line.id) ?? [];
    rates.delete(line.id);
    rates.set(line.id, values); // the last to be forgotten
    const now = Date.now();
    if (!values.noted || now - values.noted > 900) {
      push(values, line.rate);
      values.noted = now;
    }
    line.fresh = incarnations.has(line.id) && incarnations.get(line.id) < line.incarnation;
    incarnations.set(line.id, line.incarnation);
  }
  for (const map of [rates, incarnations]) {
    for (const id of map.keys()) {
      if (map.size <= 600) break;
      map.delete(id);
    }
  }
}

export const ratesOf = id => rates.get(id) ?? [];

// ------------------------------------------------------------------------------------------------ drawing

function heads() {
  byId('heads').replaceChildren(...COLUMNS.map(([key, title], i) => {
    const sorted = sort[0] === key ? sort[1] : 'none';
    return el('span', {role: 'columnheader', class: i > 1 ? 'n' : '', 'aria-sort': sorted},
        el('button', {type: 'button', tabindex: '-1', title: 'Sort all actors by this', onclick: () => sortBy(key)},
            title, el('i', {'aria-hidden': 'true'}, sorted === 'none' ? '' : sorted === 'ascending' ? '↑' : '↓')));
  }));
}

function sortBy(key) {
  const first = key === 'name' ? 'ascending' : 'descending';
  const second = key === 'name' ? 'descending' : 'ascending';
  sort = sort[0] !== key ? [key, first] : sort[1] === first ? [key, second] : ['', ''];
  top();
  heads();
}

function top() {
  clearTimeout(typed); // else what was typed before would go to the top once more, later
  grid.scrollTop = 0;
  active = 0;
  activeId = '';
  refresh();
}

function message(text) {
  none.hidden = !text;
  none.textContent = text;
}

const nodes = new Map(); // what is drawn, by actor

function draw() {
  const index = lines.findIndex(line => line.id === activeId);
  if (index >= 0) active = offset + index;
  active = Math.max(0, Math.min(active, total - 1));
  body.style.height = `${total * HEIGHT}px`;
  grid.setAttribute('aria-rowcount', total + 1);
  byId('count').textContent = `${full(total)} ${flat ? 'found' : total === 1 ? 'line' : 'lines'}`;
  message(total > 0 ? '' : flat ? 'No actor is like that.' : 'The tree is being read…');
  const present = new Set(lines.map(line => line.id));
  for (const [id, node] of nodes) {
    if (!present.has(id)) { node.remove(); nodes.delete(id); }
  }
  lines.forEach((line, i) => {
    let node = nodes.get(line.id);
    if (!node) {
      node = newLine(line.id);
      nodes.set(line.id, node);
      body.append(node);
    }
    update(node, line, offset + i);
  });
  const current = nodes.get(lines[active - offset]?.id);
  if (current) grid.setAttribute('aria-activedescendant', current.id);
  else grid.removeAttribute('aria-activedescendant');
}

function newLine(id) {
  const cell = (role, type, ...children) => el('span', {role, class: type}, ...children);
  return el('div', {role: 'row', class: 'row line', id: `line-${id}`, 'data-id': id},
      cell('rowheader', 'name', el('span', {class: 'guide'}), el('span', {class: 'twist', 'aria-hidden': 'true'}),
          el('span', {class: 'kind', 'aria-hidden': 'true'}), el('span', {class: 'label'})),
      cell('gridcell', 'state'), cell('gridcell', 'n'), cell('gridcell', 'n wait', el('i'), el('b')),
      cell('gridcell', 'n rate', spark([]), el('b')));
}

function update(node, line, index) {
  node.style.top = `${index * HEIGHT}px`;
  node.setAttribute('aria-rowindex', index + 2);
  node.setAttribute('aria-level', line.level);
  if (line.children > 0 && !flat) node.setAttribute('aria-expanded', line.open);
  else node.removeAttribute('aria-expanded');
  node.setAttribute('aria-selected', line.id === shown);
  node.classList.toggle('active', index === active);
  if (line.fresh) {
    node.classList.remove('fresh');
    void node.offsetWidth; // begins the animation anew
    node.classList.add('fresh');
    line.fresh = false;
  }
  node.dataset.kind = line.kind;
  node.dataset.state = stateOf(line);
  const [name, state, incarnation, wait, speed] = node.children;
  name.children[0].style.width = `${(line.level - 1) * 18}px`;
  name.children[2].title = line.kind.toLowerCase();
  label(name.children[3], line);
  state.replaceChildren(pill(line));
  incarnation.textContent = short(line.incarnation);
  incarnation.classList.toggle('zero', line.incarnation === 0);
  incarnation.title = `${full(line.failures)} failures seen`;
  wait.children[0].style.width = `${Math.min(100, Math.log10(1 + line.queued) * 20)}%`;
  wait.children[1].textContent = short(line.queued);
  wait.classList.toggle('zero', line.queued === 0);
  spark(rates.get(line.id) ?? [], speed.children[0]);
  speed.children[1].textContent = rate(line.rate);
  speed.classList.toggle('zero', line.rate === 0);
}

function label(node, line) {
  const path = flat ? inner(line.path) : line.name;
  const key = `${path} ${line.children}`;
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  node.title = path;
  const at = path.lastIndexOf('/') + 1;
  node.replaceChildren(el('small', {}, path.slice(0, at)), path.slice(at),
      line.children > 0 ? el('em', {title: `${full(line.children)} children`}, short(line.children)) : '');
}

// ------------------------------------------------------------------------------------------------ keys and clicks

function setOpen(id, opened) {
  open.delete(id);
  if (opened) open.add(id);
  for (const oldest of open) {
    if (open.size <= OPEN) break;
    open.delete(oldest);
  }
}

function goTo(index) {
  active = Math.max(0, Math.min(index, total - 1));
  activeId = lines[active - offset]?.id ?? '';
  const head = byId('heads').offsetHeight;
  const y = active * HEIGHT;
  if (y < grid.scrollTop) grid.scrollTop = y;
  else if (y + HEIGHT + head > grid.scrollTop + grid.clientHeight) grid.scrollTop = y + HEIGHT + head - grid.clientHeight;
  draw();
  if (!lines[active - offset]) refresh();
}

function toggle(line, opened = !line.open) {
  if (flat || line.children === 0) return;
  untouched = false;
  setOpen(line.id, opened);
  refresh();
}

function left(line) {
  if (line.open) return toggle(line, false);
  for (let i = active - offset - 1; i >= 0; i--) {
    if (lines[i].level < line.level) return goTo(offset + i);
  }
}

function right(line) {
  if (!line.open) toggle(line, true);
  else goTo(active + 1);
}

grid.addEventListener('keydown', event => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const line = lines[active - offset];
  const page = Math.max(1, Math.floor(grid.clientHeight / HEIGHT) - 2);
  const keys = {
    ArrowDown: () => goTo(active + 1), ArrowUp: () => goTo(active - 1), PageDown: () => goTo(active + page),
    PageUp: () => goTo(active - page), Home: () => goTo(0), End: () => goTo(total - 1),
    ArrowRight: () => line && right(line), ArrowLeft: () => line && left(line),
    Enter: () => line && choose(line.id), ' ': () => line && toggle(line),
  };
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
});

body.addEventListener('click', event => {
  const node = event.target.closest('.line');
  const index = lines.findIndex(line => line.id === node?.dataset.id);
  if (index < 0) return;
  goTo(offset + index);
  const line = lines[index];
  if (event.target.closest('.twist')) toggle(line);
  else choose(line.id);
});

body.addEventListener('dblclick', event => {
  const line = lines.find(l => l.id === event.target.closest('.line')?.dataset.id);
  if (line && !event.target.closest('.twist')) toggle(line);
});

let scrolled = 0;
grid.addEventListener('scroll', () => {
  cancelAnimationFrame(scrolled);
  scrolled = requestAnimationFrame(() => {
    const [from, limit] = inSight();
    if (from < offset || from + limit > offset + lines.length) refresh();
  });
});

filter.addEventListener('input', () => {
  clearTimeout(typed);
  typed = setTimeout(top, 120);
});
filter.addEventListener('keydown', event => {
  if (event.key === 'ArrowDown' || event.key === 'Enter') {
    event.preventDefault();
    grid.focus();
  }
});
state.addEventListener('change', top);
byId('tools').addEventListener('submit', event => event.preventDefault());
new ResizeObserver(() => refresh()).observe(grid);

/** Takes filters and order back; false if there are none. */
export function clearFilters() {
  const any = filter.value !== '' || state.value !== '' || sort[0] !== '';
  filter.value = '';
  state.value = '';
  sort = ['', ''];
  if (any) { heads(); top(); }
  return any;
}
