// What stands beside the tree.

import {ago, clock, el, full, get, inner, pathOf, pill, push, rate, short, spark, table, when} from './parts.js';

const WORDS = {
  failed: 'failed', restarting: 'back-off', restarted: 'restarted', resumed: 'goes on', 'tries-spent': 'tries spent',
  'gave-up': 'gave up', overdue: 'overdue', 'hook-failed': 'hook failed', resized: 'resized', stopped: 'ended by failure',
  killed: 'killed',
};

/** A list of events that new ones come to the top of. */
export class Feed {
  constructor(limit, choose) {
    this.limit = limit;
    this.choose = choose;
    this.list = el('ol', {class: 'feed', 'aria-label': 'What has happened'});
    this.none = el('p', {class: 'empty', hidden: true}, 'Nothing has failed since the observer was started.'); // not known yet
    this.node = el('div', {class: 'feeds'}, this.none, this.list);
  }

  /** Events, the newest first. */
  add(events, skipped = 0) {
    if (skipped > 0) this.list.prepend(el('li', {class: 'gap'}, `${full(skipped)} more`));
    for (const event of [...events].reverse()) this.list.prepend(eventLine(event, this.choose));
    while (this.list.children.length > this.limit) this.list.lastChild.remove();
    this.none.hidden = this.list.children.length > 0;
  }
}

function eventLine(event, choose) {
  return el('li', {'data-type': event.type},
      el('div', {class: 'what'}, el('b', {}, WORDS[event.type] ?? event.type),
          event.id && choose
            ? el('button', {type: 'button', class: 'to', onclick: () => choose(event.id)}, pathOf(event.path))
            : choose ? pathOf(event.path) : '',
          when(event.at)),
      event.text ? el('p', {title: event.text}, event.text.replaceAll(/bastion:\/\/[^/\s]+\//g, '')) : '');
}

// ------------------------------------------------------------------------------------------------ an actor

const COUNTERS = [
  ['accepted', 'Accepted', 'got into the mailbox'], ['handled', 'Handled', 'without a failure'],
  ['failed', 'Failed', 'their handling failed'], ['queued', 'Waiting', 'in the mailbox, stashed, or in work'],
  ['dropped', 'Dropped', 'by the overflow policy, a flow or an interceptor'],
  ['deadLettered', 'Dead letters', 'were waiting when it ended'], ['refused', 'Refused', 'never got in'],
];

const ACTIONS = [
  ['restart', 'Restart', 'A new incarnation, from a new instance. Costs nothing of the budget.'],
  ['drain', 'Drain', 'It handles what waits, then it stops.'],
  ['stop', 'Stop', 'It finishes its message; what waits becomes dead letters.'],
  ['kill', 'Kill', 'It ends at once, and all below it.'],
];

/** The details of an actor. */
export function details(actor, rates, info, on) {
  const state = actor.phase && actor.phase !== 'RUNNING' ? {...actor, state: actor.phase} : actor;
  const facts = [
    ['Kind', actor.kind.toLowerCase()], ['Incarnation', full(actor.incarnation)],
    ['Failures seen', full(actor.failures)], ['Known for', ago(actor.since)], ['Children', full(actor.children)],
  ];
  if (actor.budget !== undefined) {
    facts.push(['Restarts left', actor.budget >= 2147483647 ? 'no limit' : full(actor.budget)]);
  }
  return [
    el('header', {},
        el('nav', {class: 'crumbs', 'aria-label': 'Ancestors'}, ...actor.ancestors.map(up =>
          el('button', {type: 'button', onclick: () => on.choose(up.id)}, up.name))),
        el('div', {class: 'title'}, el('h2', {title: actor.path}, actor.name), pill(state),
            el('button', {type: 'button', class: 'quiet close', 'aria-label': 'Close the details', onclick: on.close}, '✕'))),
    el('div', {class: 'chart'}, el('p', {}, el('b', {}, rate(actor.rate)), ' handled a second'),
        spark(rates, undefined, 300, 56)),
    el('dl', {class: 'facts'}, ...facts.map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value)))),
    el('h3', {}, 'Messages'),
    el('dl', {class: 'counters'}, ...COUNTERS.map(([key, name, title]) => el('div',
        {title, class: actor.stats[key] === 0 ? 'zero' : '', 'data-key': key}, el('dt', {}, name), el('dd', {}, full(actor.stats[key]))))),
    actor.events.length ? el('h3', {}, 'What happened') : '',
    actor.events.length ? el('ol', {class: 'feed own'}, ...actor.events.slice(0, 12).map(event => eventLine(event))) : '',
    actor.trace ? el('details', {class: 'trace'}, el('summary', {}, 'Last failure'), el('pre', {tabindex: '0'}, actor.trace)) : '',
    el('p', {class: 'address'}, el('code', {}, actor.path),
        el('button', {type: 'button', class: 'quiet', onclick: () => on.reveal(actor)}, 'Show in the tree')),
    info.actions && actor.ancestors.length > 0
      ? el('div', {class: 'actions', role: 'group', 'aria-label': 'Actions'}, ...ACTIONS.map(([key, name, title]) =>
        el('button', {type: 'button', title, class: key === 'kill' ? 'danger' : '', onclick: () => on.act(key, name, title, actor)}, name)))
      : '',
  ];
}

// ------------------------------------------------------------------------------------------------ the other views

export async function groups(choose) {
  const page = await get('api/groups');
  const lines = page.groups.map(group => [
    el('button', {type: 'button', class: 'to', 'data-id': group.id, onclick: () => choose(group.id)}, pathOf(group.path)),
    pill(group), full(group.members), short(group.queued), short(group.most), rate(group.rate)]);
  const more = page.total > lines.length ? `, ${full(lines.length)} of them shown` : '';
  return [head('Groups', `${full(page.total)} ${page.total === 1 ? 'group' : 'groups'}${more}`),
    table('Groups', ['Group', 'State', '#Members', '#Waiting', '#Most at one', '#Handled/s'], lines,
        'This system has no groups.')];
}

export async function letters() {
  const page = await get('api/dead-letters');
  const reasons = Object.entries(page.reasons);
  return [head('Dead letters', 'messages that no actor will handle'),
    reasons.length ? el('ul', {class: 'reasons'}, ...reasons.map(([reason, count]) =>
      el('li', {}, el('b', {}, short(count)), ' ', reason.toLowerCase().replaceAll('_', ' ')))) : '',
    table('Dead letters', ['Time', 'Message', 'For', 'From', 'Reason'], page.letters.map(letter => [
      el('span', {class: 'dim'}, clock(letter.at)), typeOf(letter.message), pathOf(letter.recipient),
      letter.sender ? pathOf(letter.sender) : el('span', {class: 'dim'}, '—'),
      letter.reason.toLowerCase().replaceAll('_', ' ')]), 'No dead letters since the observer was started.')].filter(node => node !== '');
}

const typeOf = name => el('code', {title: name}, name.slice(name.lastIndexOf('.') + 1).replaceAll('$', '.'));

export async function cluster() {
  const page = await get('api/cluster');
  if (!page.present) return [head('Cluster', ''), el('p', {class: 'empty'}, 'This system is in no cluster, or the observer was not given it.')];
  const reachable = page.members.filter(member => member.reachable).length;
  return [
    head('Cluster', page.quorum ? `${full(page.members.length)} members, a majority is seen` : 'No majority is seen',
        page.quorum ? '' : 'bad'),
    table('Members', ['Member', 'Address', 'Roles', 'State'], page.members.map(member => [
      el('b', {}, member.name + (member.self ? ' (this node)' : '')), el('code', {title: `uid ${member.uid}`}, member.address),
      member.roles || el('span', {class: 'dim'}, '—'),
      el('span', {class: 'pill', 'data-state': member.reachable ? 'running' : 'restarting'}, el('i'),
          member.reachable ? 'up' : 'unreachable')]), 'No members.'),
    head('Links', `${full(reachable)} of ${full(page.members.length)} members are heard`),
    table('Links', ['To', 'Link', '#Written', '#Received', '#Waiting', '#Refused', '#May be lost', '#Dead letters'],
        page.links.map(link => [el('code', {title: `uid ${link.uid}`}, link.address),
          el('span', {class: 'pill', 'data-state': link.linked ? 'running' : 'down'}, el('i'), link.linked ? 'linked' : 'none'),
          short(link.written), short(link.received), short(link.waiting), short(link.refused), short(link.mayBeLost),
          short(link.deadLettered)]), 'No messages have gone to other nodes yet.')];
}

const before = new Map(); // counters of nodes, to see how fast they grow
const series = new Map();

/** Notes what the workers have counted; each second. */
export function noteNodes(nodes, at) {
  for (const node of nodes) {
    const last = before.get(node.node);
    if (last && at > last.at) {
      const perSecond = key => Math.max(0, (node[key] - last.node[key]) * 1000 / (at - last.at));
      node.perSecond = {
        activations: perSecond('activations'), near: perSecond('nearSteals'), far: perSecond('farSteals'),
        parks: perSecond('parks'), remote: perSecond('remoteSends'), local: perSecond('localSends'),
      };
      series.set(node.node, push(series.get(node.node) ?? [], node.perSecond.activations));
    }
    before.set(node.node, {node, at});
  }
}

export function workers(nodes) {
  if (nodes.length === 0) {
    return [head('Workers', ''), el('p', {class: 'empty'}, 'This system runs on a scheduler that does not count.')];
  }
  const total = nodes.reduce((sum, node) => sum + node.workers, 0);
  return [head('Workers', `${full(total)} on ${full(nodes.length)} NUMA ${nodes.length === 1 ? 'node' : 'nodes'}`),
    el('div', {class: 'nodes'}, ...nodes.map(node => {
      const now = node.perSecond ?? {};
      const facts = [
        ['Run queue', short(node.queued), 'actors that wait for a worker'],
        ['Steals near', `${rate(now.near ?? 0)}/s`, `${full(node.nearSteals)} from other workers`],
        ['Steals far', `${rate(now.far ?? 0)}/s`, `${full(node.farSteals)} from other NUMA nodes`],
        ['Rescues', short(node.rescues), 'fetched from behind one that held its worker up'],
        ['Sends in', `${rate(now.local ?? 0)}/s`, `${full(node.localSends)} to workers of this node`],
        ['Sends out', `${rate(now.remote ?? 0)}/s`, `${full(node.remoteSends)} to other NUMA nodes`],
        ['Parks', `${rate(now.parks ?? 0)}/s`, `${full(node.parks)} times to sleep`],
      ];
      return el('article', {class: 'card node'},
          el('h3', {}, `Node ${node.node}`, el('small', {}, `${node.workers - node.idle} of ${node.workers} workers busy`)),
          el('div', {class: 'lamps', 'aria-hidden': 'true'}, ...Array.from({length: Math.min(128, node.workers)}, (_, i) =>
            el('i', {class: i < node.workers - node.idle ? 'on' : ''}))),
          el('div', {class: 'chart'}, el('p', {}, el('b', {}, rate(now.activations ?? 0)), ' activations a second'),
              spark(series.get(node.node) ?? [], undefined, 300, 48)),
          el('dl', {class: 'facts'}, ...facts.map(([name, value, title]) =>
            el('div', {title}, el('dt', {}, name), el('dd', {}, value)))));
    }))];
}

function head(title, text, type = '') {
  return el('div', {class: 'head'}, el('h2', {}, title), el('p', {class: type}, text));
}

export {inner};
