/**
 * What a supervisor orders of a conversation: it applies at once, the log says who ordered what and
 * how it stood before and after, and nobody else's conversation is touched.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import type { Command } from '../../shared/domain/custody/orders.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { listed } from '../../shared/domain/handling/pull-list.ts';
import {
  dataOf,
  decided,
  member,
  names,
  openTasks,
  pending,
  refusal,
  roles,
  said,
  taskChanges,
} from '../support/decision.ts';
import { accept, customerLeaves, offerExpired } from '../support/events.ts';
import { picks, waiting as onAList } from '../support/pull-list.ts';
import { asks, holds, parks, queueRules, toQueue } from '../support/requests.ts';
import {
  agent,
  among,
  arrival,
  BEFORE,
  NOW,
  ofTeam,
  queued,
  reserved,
  supervisingSoMany,
  talk,
  tooLate,
} from '../support/world.ts';

const orders = (command: Command, supervisedTeams: readonly string[] = ['blue']): ConversationEvent => ({
  type: 'order',
  at: NOW,
  by: { id: 'sam', name: 'sam' },
  connectionId: 'sam-desk',
  supervisedTeams,
  command,
});
const takeOver: Command = { name: 'TAKE_OVER' };
const close: Command = { name: 'CLOSE' };
const toBob: Command = { name: 'ASSIGN', toAgentId: 'bob' };
const requeue: Command = { name: 'QUEUE', move: null };
/** As a frame has it that says no more than the queue. */
const toSales: Command = {
  name: 'QUEUE',
  move: { rules: queueRules('sales'), mrdId: 'CHAT', priority: undefined, ttlSeconds: undefined },
};

const sam = () => agent('sam');
const waits = () => among(arrival([queued()]), sam(), agent('bob'));
const rings = () => among(arrival([reserved('amy')], [agent('amy')]), sam(), agent('bob'));
const talks = () => among(talk({ amy: 'PRIMARY' }), sam(), agent('bob'));
/** Amy has handed the customer over to a queue, in which they wait. */
const handedOver = () =>
  decided(among(talks(), agent('carol')), asks('amy', 'DIRECT_TRANSFER', toQueue('sales'))).world;
/** Its list was deleted, and no queue has had it. */
const homeless = (world: World): World => ({ ...world, conversation: { ...world.conversation, home: null } });
const watched = () => among(talk({ amy: 'PRIMARY', sam: 'SILENT_MONITOR' }), agent('bob'));

describe('A supervisor', () => {
  it.each<[string, World, Record<string, string>]>([
    ['who waits', waits(), { sam: 'PRIMARY' }],
    ['at whose desk it rings', rings(), { sam: 'PRIMARY' }],
    ['whom an agent has', talks(), { amy: 'WRAP_UP', sam: 'PRIMARY' }],
    ['whom they watch', watched(), { amy: 'WRAP_UP', sam: 'PRIMARY' }],
    [
      'for whom a colleague is asked',
      decided(talks(), asks('amy', 'CONSULT')).world,
      { amy: 'WRAP_UP', sam: 'PRIMARY' },
    ],
  ])('takes over a customer %s', (_, world, expected) => {
    const decision = decided(world, orders(takeOver));
    expect(roles(decision.world)).toEqual(expected);
    expect(said(decision)).toContain('sam: snapshot');
    const own = Object.values(decision.world.conversation.tasks).filter(({ phase }) => phase === 'ACTIVE');
    expect(own).toMatchObject([{ assignedTo: { id: 'sam' } }]);
    expect(Object.keys(member(decision.world.agents, 'sam').slots)).toEqual(own.map(({ id }) => id));
    expect(openTasks(decision.world).filter((task) => /QUEUED|RESERVED/.test(task))).toEqual([]);
  });

  it.each<[string, World]>([
    ['who waits', waits()],
    ['whom an agent has', talks()],
  ])('gives a customer %s to an agent, at whose desk it rings', (_, world) => {
    const { world: asked } = decided(world, orders(toBob));
    expect(pending(asked)).toMatchObject({
      phase: 'RESERVED',
      assignedTo: { id: 'bob' },
      request: { by: { id: 'sam' } },
    });
    expect(Object.values(roles(asked))).not.toContain('PRIMARY');
    expect(roles(decided(asked, accept(pending(asked).id, 'bob')).world)).toMatchObject({ bob: 'PRIMARY' });
    const missed = decided(asked, offerExpired(pending(asked).id, 'bob', NOW + 30_000)).world;
    expect(pending(missed)).toMatchObject({ phase: 'QUEUED', priority: 11, rules: { queue: { id: 'support' } } });
  });

  it.each<[string, World, ConversationEvent]>([
    ['takes over', rings(), orders(takeOver)],
    ['gives to another agent', rings(), orders(toBob)],
  ])('ends the request of whom they %s, and the log says so', (_, world, order) => {
    const { id } = pending(world);
    const decision = decided(world, order);
    expect(taskChanges(decision)).toContain(`${id} CLOSED/REROUTE media CLOSED`);
    expect(decision.world.conversation.tasks[id]).toBeUndefined();
  });

  it('ends the hold of whom they take over, as a transfer does', () => {
    for (const held of [holds('amy'), parks('amy')]) {
      const { world } = decided(talks(), held, orders(takeOver));
      expect(world.conversation).toMatchObject({ hold: null, state: 'ACTIVE' });
      expect(roles(world)).toEqual({ amy: 'WRAP_UP', sam: 'PRIMARY' });
    }
  });

  it('puts back whom an agent has as urgently, and for as long, as they say', () => {
    const back: Command = { name: 'QUEUE', move: null, priority: 3, ttlSeconds: 20 };
    const { world } = decided(talks(), orders(back));
    expect(pending(world)).toMatchObject({ priority: 3, ttl: { expiresAt: NOW + 20_000 } });
  });

  it('puts a customer who was picked from a list back on it, where no queue is named', () => {
    const { world } = decided(among(onAList(), sam()), picks('amy'), orders(requeue));
    expect(roles(world)).toEqual({});
    expect(world.conversation.tasks).toEqual({});
    expect(listed(world.conversation)).toMatchObject({ listId: 'backlog', status: 'INACTIVE' });
  });

  it('has whom they give to an agent looked for since they came, or since the order', () => {
    const since = [waits(), talks()].map((world) => pending(decided(world, orders(toBob)).world).routedSince);
    expect(since).toEqual([BEFORE, NOW]);
  });

  it('needs one of the agents to be of their teams, and not all', () => {
    const both = ofTeam(among(talk({ amy: 'PRIMARY', bob: 'PRIMARY' }), sam()), 'bob', 'red');
    expect(roles(decided(both, orders(takeOver)).world)).toMatchObject({ sam: 'PRIMARY' });
  });

  it('leaves no trace of where the customer was to go, so they may still go there', () => {
    expect(decided(handedOver(), orders(takeOver)).world.conversation.path).toEqual(['queue support']);
    expect(decided(handedOver(), orders(toBob)).world.conversation.path).toEqual(['queue support', 'agent bob']);
  });

  it.each<[string, World, Command, object]>([
    ['moves who waits', waits(), toSales, { priority: 1, rules: { queue: { id: 'sales' } } }],
    ['moves whom an agent has', talks(), toSales, { priority: 11, rules: { queue: { id: 'sales' } } }],
    ['puts back whom an agent has', talks(), requeue, { priority: 11, rules: { queue: { id: 'support' } } }],
  ])('%s', (_, world, command, expected) => {
    const decision = decided(world, orders(command));
    expect(pending(decision.world)).toMatchObject({ phase: 'QUEUED', direction: 'INBOUND', ...expected });
    expect(roles(decision.world)).toEqual({});
    if (world.conversation.participants['amy']) expect(said(decision)).toContain('amy: topicUnsubscription REROUTED');
  });

  it.each<[string, World, string]>([
    ['who waits', waits(), 'CLOSED'],
    ['whom an agent has, who wraps up', talks(), 'WRAP_UP'],
  ])('closes the conversation of a customer %s', (_, world, state) => {
    expect(decided(world, orders(close)).world.conversation.state).toBe(state);
  });
});

describe('A supervisor who has taken a customer over, and supervises no team of their own', () => {
  const taken = () => decided(talks(), orders(takeOver)).world;
  const held = () => {
    const world = taken();
    const sam = world.conversation.participants['sam'];
    if (!sam) throw new Error('sam is in it');
    const participants = { sam: { ...sam, teamId: 'leads' } };
    return { ...world, conversation: { ...world.conversation, participants } };
  };

  it.each<[string, Command, string]>([
    ['gives them to an agent', toBob, 'RESERVED'],
    ['sends them to a queue', toSales, 'QUEUED'],
  ])('%s', (_, command, phase) => {
    expect(pending(decided(held(), orders(command)).world)).toMatchObject({ phase });
  });

  it('closes the conversation', () => {
    expect(names(decided(held(), orders(close)))).toContain('CHANNEL_SESSION_ENDED');
  });
});

describe('The log', () => {
  it('says who ordered what, and how it stood before and after', () => {
    const decision = decided(talks(), orders(toSales));
    expect(dataOf(decision, 'SUPERVISOR_ACTION')).toEqual({
      by: { id: 'sam', name: 'sam' },
      command: 'QUEUE',
      before: {
        agents: [{ id: 'amy', username: 'amy', role: 'PRIMARY' }],
        queue: 'support',
        list: null,
        priority: null,
        asked: null,
        open: true,
      },
      after: { agents: [], queue: 'sales', list: null, priority: 11, asked: null, open: true },
    });
  });

  it.each<[string, World, Command]>([
    ['taken over', decided(waits(), orders(takeOver)).world, takeOver],
    ['given to them', decided(waits(), orders(toBob)).world, toBob],
    ['moved there', decided(waits(), orders(toSales)).world, toSales],
    ['closed', decided(waits(), orders(close)).world, close],
  ])('says nothing of what is so already: %s', (_, world, command) => {
    const again = decided(world, orders(command));
    expect(again.world).toBe(world);
    expect(names(again)).toEqual([]);
  });
});

describe('It is refused', () => {
  it.each<[string, string, World, Command, string[]]>([
    ['role.forbidden', 'they supervise none of its agents', talks(), close, ['red']],
    ['role.forbidden', 'the other agent is of another team', waits(), toBob, ['red']],
    [
      'role.forbidden',
      'only who advises is of their team',
      ofTeam(among(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), sam()), 'amy', 'red'),
      close,
      ['blue'],
    ],
    [
      'role.forbidden',
      'only another supervisor is of their team',
      ofTeam(among(talk({ amy: 'PRIMARY', sue: 'BARGED_IN' }), sam()), 'amy', 'red'),
      close,
      ['blue'],
    ],
    [
      'state.invalid',
      'they have logged out',
      among(waits(), agent('sam', { CHAT: {} }, { state: 'LOGOUT' })),
      takeOver,
      ['blue'],
    ],
    ['queue.unknown', 'it has no queue whose MRD one could take it on', homeless(waits()), toBob, ['blue']],
    ['queue.unknown', 'it has no queue to go back to', homeless(talks()), requeue, ['blue']],
    ['agent.unknown', 'there is no such agent', waits(), { name: 'ASSIGN', toAgentId: 'nobody' }, ['blue']],
    [
      'agent.notRoutable',
      'they have never signed in',
      waits(),
      { name: 'ASSIGN', toAgentId: 'nobody', listed: true },
      ['blue'],
    ],
    ['agent.notRoutable', 'they are the agent', waits(), { name: 'ASSIGN', toAgentId: 'sam' }, ['blue']],
    ['agent.notRoutable', 'the agent has them', talks(), { name: 'ASSIGN', toAgentId: 'amy' }, ['blue']],
    [
      'agent.notRoutable',
      'the agent is not ready',
      among(waits(), agent('bob', { CHAT: { state: 'NOT_READY' } })),
      toBob,
      ['blue'],
    ],
    ['conversation.closed', 'the customer has left', decided(waits(), customerLeaves()).world, takeOver, ['blue']],
    ['state.invalid', 'they wait already, and no queue is named', waits(), requeue, ['blue']],
    [
      'state.invalid',
      'they advise in it',
      among(talk({ amy: 'PRIMARY', sam: 'ASSISTANT' }), agent('bob')),
      takeOver,
      ['blue'],
    ],
    ['auth.expired', 'their token has expired', among(waits(), tooLate(sam())), takeOver, ['blue']],
    [
      'state.invalid',
      'they are in as many conversations as one can',
      among(waits(), supervisingSoMany(sam(), 250)),
      takeOver,
      ['blue'],
    ],
    ['mrd.unknown', 'they take no tasks there', among(waits(), agent('sam', { VOICE: {} })), takeOver, ['blue']],
  ])('with %s where %s', (code, _, world, command, teams) => {
    expect(refusal(world, orders(command, teams)).code).toBe(code);
  });

  it('to nobody who has one conversation less than one can', () => {
    const { world } = decided(among(waits(), supervisingSoMany(sam(), 249)), orders(takeOver));
    expect(roles(world)).toEqual({ sam: 'PRIMARY' });
  });

  it('to nobody who waits: any supervisor may', () => {
    expect(roles(decided(waits(), orders(takeOver, ['red'])).world)).toEqual({ sam: 'PRIMARY' });
  });
});
