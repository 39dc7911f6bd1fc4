// The page: views, the stream of news, what is shown beside the tree.

import {byId, el, full, get, push, rate, redraw, short, spark} from './parts.js';
import * as panels from './panels.js';
import * as tree from './tree.js';

const VIEWS = [
  ['actors', 'Actors'], ['events', 'Events'], ['groups', 'Groups'], ['workers', 'Workers'], ['cluster', 'Cluster'],
  ['letters', 'Dead letters'],
];
const SUMS = [
  ['living', 'Actors', n => short(n)], ['rate', 'Handled/s', rate], ['queued', 'Waiting', short],
  ['restarts', 'Restarts', short], ['stuck', 'No progress', short], ['deadLetters', 'Dead letters', short],
];

let info = {actions: false, token: '', since: 0}; // changes when the program is started anew
let news = {nodes: []};
let view = 'actors';
let chosen = ''; // the actor in the side panel
let started = false;
let seq = -1; // number of the last event that is shown

const aside = new panels.Feed(60, choose);
const events = new panels.Feed(500, choose);
const side = byId('side');

// ------------------------------------------------------------------------------------------------ views

function show(name) {
  view = name;
  for (const [key] of VIEWS) {
    byId(`view-${key}`).hidden = key !== name;
    const tab = byId(`tab-${key}`);
    tab.setAttribute('aria-selected', key === name);
    tab.tabIndex = key === name ? 0 : -1;
  }
  if (location.hash.slice(1) !== name) history.replaceState(null, '', `#${name}`);
  fill();
}

byId('tabs').append(...VIEWS.map(([key, title]) => el('button', {
  type: 'button', role: 'tab', id: `tab-${key}`, 'aria-controls': `view-${key}`, onclick: () => show(key),
}, title, el('span', {class: 'badge', id: `badge-${key}`, hidden: true}))));

byId('tabs').addEventListener('keydown', event => {
  const step = {ArrowRight: 1, ArrowLeft: -1}[event.key];
  if (!step) return;
  const at = VIEWS.findIndex(([key]) => key === view);
  const next = VIEWS[(at + step + VIEWS.length) % VIEWS.length][0];
  show(next);
  byId(`tab-${next}`).focus();
});

byId('view-events').append(el('div', {class: 'head'}, el('h2', {}, 'Events'), el('p', {}, 'what went wrong, and what was done about it')),
    events.node);

/** Reads what the view in sight shows. */
async function fill() {
  const node = byId(`view-${view}`);
  try {
    if (view === 'actors') await Promise.all([tree.refresh(), chosen ? drawChosen() : undefined]);
    else if (view === 'groups') redraw(node, await panels.groups(choose));
    else if (view === 'cluster') redraw(node, await panels.cluster());
    else if (view === 'letters') redraw(node, await panels.letters());
    else if (view === 'workers') redraw(node, panels.workers(news.nodes));
  } catch (e) {
    if (e.status) node.replaceChildren(el('p', {class: 'empty'}, e.message));
  }
}

// ------------------------------------------------------------------------------------------------ the side panel

function choose(id) {
  chosen = id;
  if (view !== 'actors') show('actors');
  tree.markShown(id);
  drawChosen().then(() => matchMedia('(max-width: 960px)').matches && side.querySelector('.close')?.focus());
}

function close() {
  const focused = side.contains(document.activeElement);
  chosen = '';
  tree.markShown('');
  drawFeed();
  if (focused) byId('tree').focus();
}

function drawFeed() {
  side.classList.remove('open');
  drawSide('', [el('header', {}, el('div', {class: 'title'}, el('h2', {}, 'Activity'))), aside.node]);
}

/** Shows an actor, or with an empty id something else. */
function drawSide(id, nodes) {
  if (side.dataset.id === id) redraw(side, nodes);
  else {
    side.replaceChildren(...nodes);
    side.scrollTop = 0;
    side.dataset.id = id;
  }
}

const history_ = new Map(); // rates of the actor that is shown, when its line is out of sight

async function drawChosen() {
  const id = chosen;
  let actor;
  try {
    actor = await get(`api/actor?id=${id}`);
  } catch (e) {
    if (chosen !== id || !e.status) return;
    side.classList.add('open');
    drawSide(id, [el('header', {}, el('div', {class: 'title'}, el('h2', {}, e.status === 404 ? 'It has ended' : 'No details'),
        el('button', {type: 'button', class: 'quiet close', 'aria-label': 'Close the details', onclick: close}, '✕'))),
    el('p', {class: 'empty'}, e.status === 404 ? 'This actor is no longer in the tree.' : e.message)]);
    return;
  }
  if (chosen !== id) return;
  if (!history_.has(id)) history_.clear();
  const own = history_.get(id) ?? [...tree.ratesOf(id)];
  history_.set(id, push(own, actor.rate));
  const focused = [...side.querySelectorAll('button, summary, pre')].indexOf(document.activeElement);
  const opened = side.querySelector('details')?.open && side.dataset.id === id;
  const nodes = panels.details(actor, own, info, {choose, close, act, reveal}).filter(node => node !== '');
  if (opened) nodes.find(node => node.matches('details'))?.setAttribute('open', '');
  side.classList.add('open');
  drawSide(id, nodes);
  if (focused >= 0) side.querySelectorAll('button, summary, pre')[focused]?.focus();
}

async function reveal(actor) {
  await tree.reveal(actor.id, actor.ancestors.map(up => up.id));
  if (matchMedia('(max-width: 960px)').matches) close();
}

function act(action, name, what, actor) {
  const dialog = byId('ask');
  dialog.querySelector('p').replaceChildren(el('b', {}, `${name} ${actor.name}?`), el('br'), what);
  const yes = dialog.querySelector('[value=yes]');
  yes.textContent = name;
  dialog.returnValue = '';
  dialog.onclose = async () => {
    if (dialog.returnValue !== 'yes') return;
    try {
      await get(`api/act?do=${action}&id=${actor.id}`, {method: 'POST', headers: {'X-Observer-Token': info.token}});
    } catch (e) {
      dialog.onclose = null;
      dialog.querySelector('p').replaceChildren(el('b', {}, 'Not done'), el('br'), e.message);
      yes.textContent = 'OK';
      dialog.showModal();
    }
    fill();
  };
  dialog.showModal();
}

// ------------------------------------------------------------------------------------------------ news

const rates = [];

byId('sums').append(...SUMS.map(([key, title]) => el('div', {class: 'sum', id: `sum-${key}`},
    el('b', {}, '–'), el('span', {}, title), key === 'rate' ? spark([]) : '')));

function drawSums() {
  push(rates, news.rate);
  for (const [key, , format] of SUMS) {
    const node = byId(`sum-${key}`);
    node.firstChild.textContent = format(news[key]);
    node.firstChild.title = full(Math.round(news[key]));
  }
  byId('sum-stuck').classList.toggle('warn', news.stuck > 0);
  spark(rates, byId('sum-rate').lastChild);
  badge('letters', news.deadLetters);
  badge('actors', news.restarting + news.down, 'warn');
}

function badge(key, count, type = '') {
  const node = byId(`badge-${key}`);
  node.hidden = !count;
  node.textContent = short(count);
  node.className = `badge ${type}`;
}

function link(state, text) {
  const node = byId('link');
  if (node.dataset.state === state) return;
  node.dataset.state = state;
  node.lastChild.textContent = text;
  document.body.dataset.link = state;
}

async function begin() {
  const now = await get('api/info');
  const other = now.since !== info.since;
  info = now;
  started = true;
  byId('system').textContent = info.system;
  document.title = `${info.system} · Bastion observer`;
  if (other) {
    seq = -1;
    close();
    tree.start(choose);
  }
}

let source;
let silence = 0;

function connect() {
  source?.close();
  source = new EventSource('api/news');
  source.onmessage = async event => {
    const before = news;
    news = JSON.parse(event.data);
    clearTimeout(silence);
    silence = setTimeout(lost, 5000);
    if (!started) await begin().catch(() => {});
    link(news.ended ? 'ended' : 'live', news.ended ? 'The system has ended' : 'Live');
    const fresh = news.events.filter(e => e.seq > seq);
    seq = news.seq;
    aside.add(fresh, news.skipped);
    events.add(fresh, news.skipped);
    panels.noteNodes(news.nodes, news.at);
    if (before.at !== news.at) drawSums();
    if (!document.hidden) fill();
  };
  source.onerror = lost;
}

/** The browser tries again by itself, unless it was answered with a refusal. */
function lost() {
  link('lost', 'Connection lost, trying again');
  started = false;
  if (source.readyState === EventSource.CLOSED) {
    clearTimeout(silence);
    silence = setTimeout(connect, 3000);
  }
}

// ------------------------------------------------------------------------------------------------ keys, colours

document.addEventListener('keydown', event => {
  if (event.altKey || event.ctrlKey || event.metaKey || byId('ask').open) return;
  const typing = event.target.matches('input, select');
  if (event.key === 'Escape') {
    if (typing && byId('filter').value === '') byId('tree').focus();
    else if (typing) tree.clearFilters();
    else if (chosen) close();
    else tree.clearFilters();
  } else if (!typing && event.key === '/') {
    event.preventDefault();
    show('actors');
    byId('filter').focus();
  } else if (!typing && VIEWS[Number(event.key) - 1]) {
    show(VIEWS[Number(event.key) - 1][0]);
  }
});

const THEMES = {auto: '◐', light: '☀', dark: '☾'};
let theme = 'auto';
try { theme = localStorage.getItem('bastion-theme') ?? 'auto'; } catch { /* not allowed to remember */ }

function setTheme(name) {
  theme = THEMES[name] ? name : 'auto';
  document.documentElement.dataset.theme = theme;
  byId('theme').textContent = THEMES[theme];
  byId('theme').setAttribute('aria-label', `Colours: ${theme}`);
}

byId('theme').addEventListener('click', () => {
  const names = Object.keys(THEMES);
  setTheme(names[(names.indexOf(theme) + 1) % names.length]);
  try { localStorage.setItem('bastion-theme', theme); } catch { /* not allowed to remember */ }
});

document.addEventListener('visibilitychange', () => document.hidden || fill());

setTheme(theme);
drawFeed();
show(VIEWS.some(([key]) => key === location.hash.slice(1)) ? location.hash.slice(1) : 'actors');
connect();
