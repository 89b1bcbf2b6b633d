/**
 * The state of one MRD: what the agent, the load and other MRDs make of it, and whether offers may
 * come in it.
 */
import { describe, expect, it } from 'vitest';
import { freeSlots } from '../../shared/domain/agent/capacity.ts';
import { routable } from '../../shared/domain/agent/routable.ts';
import { transition } from '../../shared/domain/agent/transition.ts';
import type { AgentEvent, MrdState } from '../../shared/domain/agent/agent.ts';
import { presence } from '../../shared/domain/shown/presence.ts';
import { Rejection } from '../../shared/domain/rejection.ts';
import { member } from '../support/decision.ts';
import { after, agent, BEFORE, NOW, supervisingSoMany, type AgentSketch, type MrdSketch } from '../support/world.ts';

function toggle(state: MrdState, mrdId = 'CHAT'): AgentEvent {
  return { type: 'requestMrdState', at: NOW, mrdId, state };
}

const offered: AgentEvent = { type: 'taskReserved', at: NOW, taskId: 'new', conversationId: 'c9', mrdId: 'CHAT' };
const accepted: AgentEvent = { type: 'taskAccepted', at: NOW, taskId: 'CHAT-1' };
const wrappingUp: AgentEvent = { type: 'taskWrappingUp', at: NOW, taskId: 'CHAT-1' };
const released: AgentEvent = { type: 'taskReleased', at: NOW, taskId: 'CHAT-1' };
const ready: AgentEvent = { type: 'requestState', at: NOW, name: 'READY', reasonCode: null };
const notReady: AgentEvent = { type: 'requestState', at: NOW, name: 'NOT_READY', reasonCode: null };
const logout: AgentEvent = { type: 'requestState', at: NOW, name: 'LOGOUT', reasonCode: null };

type Row = [what: string, before: MrdSketch, event: AgentEvent, expected: MrdState, offers: 'offers' | 'no offers'];

describe('An MRD of an agent who is ready', () => {
  it.each<Row>([
    ['toggled on', { state: 'NOT_READY' }, toggle('READY'), 'READY', 'offers'],
    ['toggled on with a task', { state: 'NOT_READY', tasks: ['ACTIVE'] }, toggle('READY'), 'ACTIVE', 'offers'],
    ['toggled on when full', { state: 'NOT_READY', tasks: ['ACTIVE'], max: 1 }, toggle('READY'), 'BUSY', 'no offers'],
    ['toggled off', { state: 'READY' }, toggle('NOT_READY'), 'NOT_READY', 'no offers'],
    ['first offer', { state: 'READY' }, offered, 'READY', 'offers'],
    ['offer that fills it', { state: 'READY', max: 1 }, offered, 'BUSY', 'no offers'],
    ['offer beside a task that fills it', { state: 'ACTIVE', tasks: ['ACTIVE'], max: 2 }, offered, 'BUSY', 'no offers'],
    ['accepted offer', { state: 'READY', tasks: ['RESERVED'] }, accepted, 'ACTIVE', 'offers'],
    ['accepted offer when full', { state: 'BUSY', tasks: ['RESERVED'], max: 1 }, accepted, 'BUSY', 'no offers'],
    ['wrap-up', { state: 'ACTIVE', tasks: ['ACTIVE'] }, wrappingUp, 'ACTIVE', 'offers'],
    ['wrap-up when full', { state: 'BUSY', tasks: ['ACTIVE'], max: 1 }, wrappingUp, 'BUSY', 'no offers'],
    ['one of two closed', { state: 'BUSY', tasks: ['ACTIVE', 'ACTIVE'], max: 2 }, released, 'ACTIVE', 'offers'],
    ['the other in wrap-up', { state: 'BUSY', tasks: ['ACTIVE', 'WRAP_UP'], max: 2 }, released, 'ACTIVE', 'offers'],
    ['last closed', { state: 'ACTIVE', tasks: ['ACTIVE'] }, released, 'READY', 'offers'],
    ['last closed when full', { state: 'BUSY', tasks: ['ACTIVE'], max: 1 }, released, 'READY', 'offers'],
    [
      'toggled off with a task',
      { state: 'ACTIVE', tasks: ['ACTIVE'] },
      toggle('NOT_READY'),
      'PENDING_NOT_READY',
      'no offers',
    ],
    [
      'toggled off when full',
      { state: 'BUSY', tasks: ['ACTIVE'], max: 1 },
      toggle('NOT_READY'),
      'PENDING_NOT_READY',
      'no offers',
    ],
    [
      'stopping, one of two closed',
      { state: 'PENDING_NOT_READY', tasks: ['ACTIVE', 'ACTIVE'] },
      released,
      'PENDING_NOT_READY',
      'no offers',
    ],
    ['stopping, last closed', { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] }, released, 'NOT_READY', 'no offers'],
    ['stopping, toggled on', { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] }, toggle('READY'), 'ACTIVE', 'offers'],
    [
      'stopping, toggled on when full',
      { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'], max: 1 },
      toggle('READY'),
      'BUSY',
      'no offers',
    ],
    [
      'stopping, accepted',
      { state: 'PENDING_NOT_READY', tasks: ['RESERVED'] },
      accepted,
      'PENDING_NOT_READY',
      'no offers',
    ],
    ['interrupted, toggled off', { state: 'INTERRUPTED' }, toggle('NOT_READY'), 'NOT_READY', 'no offers'],
    [
      'interrupted with tasks, toggled off',
      { state: 'INTERRUPTED', tasks: ['ACTIVE'] },
      toggle('NOT_READY'),
      'PENDING_NOT_READY',
      'no offers',
    ],
    ['agent not ready', { state: 'READY' }, notReady, 'NOT_READY', 'no offers'],
    ['agent logged out', { state: 'ACTIVE', tasks: ['ACTIVE'] }, logout, 'LOGOUT', 'no offers'],
  ])('%s', (_, before, event, expected, offers) => {
    const amy = after(agent('amy', { CHAT: before, EMAIL: {} }), event);
    expect(member(amy.mrds, 'CHAT').state).toBe(expected);
    expect(routable(amy, 'CHAT')).toBe(offers === 'offers');
  });

  it('remembers what it was before, and since when it is what it is', () => {
    const busy = member(after(agent('amy', { CHAT: { max: 1 } }), offered).mrds, 'CHAT');
    expect(busy).toMatchObject({ state: 'BUSY', previousState: 'READY', stateChangeTime: NOW });
    expect(busy.lastReadyStateChangeTime).toBe(BEFORE);
  });

  it.each<[string, MrdSketch, AgentEvent]>([
    ['toggled on', { state: 'NOT_READY' }, toggle('READY')],
    ['after its last task', { state: 'ACTIVE', tasks: ['ACTIVE'] }, released],
  ])('is ready anew each time: %s', (_, before, event) => {
    const chat = member(after(agent('amy', { CHAT: before, EMAIL: {} }), event).mrds, 'CHAT');
    expect(chat).toMatchObject({ state: 'READY', lastReadyStateChangeTime: NOW });
  });
});

describe('A request for an MRD', () => {
  it.each<[string, MrdSketch, AgentEvent]>([
    ['READY when ready', { state: 'READY' }, toggle('READY')],
    ['READY when active', { state: 'ACTIVE', tasks: ['ACTIVE'] }, toggle('READY')],
    ['READY when busy', { state: 'BUSY', tasks: ['ACTIVE'], max: 1 }, toggle('READY')],
    ['BUSY when busy', { state: 'BUSY', tasks: ['ACTIVE'], max: 1 }, toggle('BUSY')],
    ['NOT_READY when not ready', { state: 'NOT_READY' }, toggle('NOT_READY')],
    ['NOT_READY when stopping', { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] }, toggle('NOT_READY')],
  ])('changes nothing where it is so already: %s', (_, before, event) => {
    const amy = agent('amy', { CHAT: before, EMAIL: { state: 'NOT_READY' } });
    const next = transition(amy, event);
    expect(next).toBe(amy);
    expect(presence(amy, next).action).toBe('AGENT_STATE_UNCHANGED');
  });

  const outside = { externallyControlled: true };
  it.each<[string, MrdSketch, AgentEvent, AgentSketch]>([
    ['READY while the agent is not', { state: 'NOT_READY' }, toggle('READY'), { state: 'NOT_READY' }],
    [
      'READY of one who stops',
      { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] },
      toggle('READY'),
      { state: 'NOT_READY' },
    ],
    ['READY of one who takes no tasks there', { state: 'NOT_READY', max: 0 }, toggle('READY'), {}],
    ['READY when interrupted', { state: 'INTERRUPTED' }, toggle('READY'), {}],
    ['ACTIVE by hand', { state: 'READY' }, toggle('ACTIVE'), {}],
    ['INTERRUPTED by hand', { state: 'READY' }, toggle('INTERRUPTED'), {}],
    ['PENDING_NOT_READY by hand', { state: 'ACTIVE', tasks: ['ACTIVE'] }, toggle('PENDING_NOT_READY'), {}],
    ['LOGOUT by hand', { state: 'READY' }, toggle('LOGOUT'), {}],
    ['LOGIN by hand', { state: 'READY' }, toggle('LOGIN'), {}],
    ['UNKNOWN by hand', { state: 'READY' }, toggle('UNKNOWN'), {}],
    ['BUSY where we hold the state', { state: 'READY' }, toggle('BUSY'), {}],
    ['BUSY of one who is not ready', { state: 'NOT_READY', settings: outside }, toggle('BUSY'), { state: 'NOT_READY' }],
    ['READY after logout', { state: 'LOGOUT' }, toggle('READY'), { state: 'LOGOUT' }],
    ['NOT_READY after logout', { state: 'LOGOUT' }, toggle('NOT_READY'), { state: 'LOGOUT' }],
  ])('is refused where it cannot be: %s', (_, before, event, sketch) => {
    const amy = agent('amy', { CHAT: before, EMAIL: { state: 'NOT_READY' } }, sketch);
    expect(() => transition(amy, event)).toThrow(expect.objectContaining({ code: 'state.invalid' }));
  });

  it('is refused where the agent has no such MRD', () => {
    const ask = () => transition(agent('amy'), toggle('READY', 'FAX'));
    expect(ask).toThrow(Rejection);
    expect(ask).toThrow(expect.objectContaining({ code: 'mrd.unknown' }));
  });
});

describe('An MRD that another system controls', () => {
  const outside = { settings: { externallyControlled: true } };
  it.each<Row>([
    ['READY, told BUSY', { state: 'READY' }, toggle('BUSY'), 'BUSY', 'no offers'],
    ['NOT_READY, told BUSY', { state: 'NOT_READY' }, toggle('BUSY'), 'BUSY', 'no offers'],
    ['BUSY, told READY', { state: 'BUSY' }, toggle('READY'), 'READY', 'offers'],
    [
      'NOT_READY with a task, told READY',
      { state: 'NOT_READY', tasks: ['ACTIVE'] },
      toggle('READY'),
      'ACTIVE',
      'offers',
    ],
    ['BUSY, told NOT_READY', { state: 'BUSY' }, toggle('NOT_READY'), 'NOT_READY', 'no offers'],
    ['BUSY, agent not ready', { state: 'BUSY' }, notReady, 'NOT_READY', 'no offers'],
    ['BUSY, though a task is closed', { state: 'BUSY', tasks: ['ACTIVE'] }, released, 'BUSY', 'no offers'],
    ['NOT_READY, agent ready', { state: 'NOT_READY' }, ready, 'NOT_READY', 'no offers'],
  ])('%s', (_, before, event, expected, offers) => {
    const amy = after(agent('amy', { CHAT: { ...before, ...outside }, EMAIL: {} }), event);
    expect(member(amy.mrds, 'CHAT').state).toBe(expected);
    expect(routable(amy, 'CHAT')).toBe(offers === 'offers');
  });
});

describe('Offers come to an agent', () => {
  it.each<[string, MrdSketch, AgentSketch, boolean]>([
    ['READY and free', { state: 'READY' }, {}, true],
    ['ACTIVE with a free slot', { state: 'ACTIVE', tasks: ['ACTIVE'] }, {}, true],
    ['READY while an offer rings, with a free slot', { state: 'READY', tasks: ['RESERVED'] }, {}, true],
    ['who may take none', { state: 'READY', max: 0 }, {}, false],
    ['BUSY', { state: 'BUSY', tasks: ['ACTIVE'], max: 1 }, {}, false],
    ['NOT_READY', { state: 'NOT_READY' }, {}, false],
    ['INTERRUPTED', { state: 'INTERRUPTED' }, {}, false],
    ['PENDING_NOT_READY', { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] }, {}, false],
    ['who is not ready at large', { state: 'READY' }, { state: 'NOT_READY' }, false],
    ['who has logged out', { state: 'READY' }, { state: 'LOGOUT' }, false],
    ['whose connection is lost', { state: 'READY' }, { session: 'lost' }, false],
    ['who has no connection', { state: 'READY' }, { session: 'none' }, false],
    ['whose desk was not greeted yet', { state: 'READY' }, { session: 'not greeted' }, false],
  ])('%s', (_, chat, sketch, expected) => {
    expect(routable(agent('amy', { CHAT: chat }, sketch), 'CHAT')).toBe(expected);
  });

  it.each([
    [249, true],
    [250, false],
  ])('who has %i conversations: %s', (count, expected) => {
    expect(routable(supervisingSoMany(agent('amy'), count), 'CHAT')).toBe(expected);
  });

  it('only for MRDs that they have', () => {
    expect(routable(agent('amy'), 'FAX')).toBe(false);
  });

  it('as long as offers, conversations and wrap-ups leave a slot', () => {
    const tasks = ['RESERVED', 'ACTIVE', 'WRAP_UP'] as const;
    expect(freeSlots(agent('amy', { CHAT: { tasks, max: 5 } }), 'CHAT')).toBe(2);
    expect(freeSlots(agent('amy', { CHAT: { tasks, max: 3 } }), 'CHAT')).toBe(0);
    expect(freeSlots(agent('amy', { CHAT: { tasks, max: 1 } }), 'CHAT')).toBe(0);
    expect(freeSlots(agent('amy'), 'FAX')).toBe(0);
  });

  it('and a task that must be taken away still holds its slot', () => {
    const amy = after(agent('amy', { CHAT: { tasks: ['ACTIVE'], max: 1 } }), logout);
    expect(freeSlots(amy, 'CHAT')).toBe(0);
  });
});

describe('What is known of a task already', () => {
  it.each<[string, AgentEvent]>([
    ['accepted, of an unknown task', { type: 'taskAccepted', at: NOW, taskId: 'other' }],
    ['accepted again', accepted],
    ['in wrap-up, of an unknown task', { type: 'taskWrappingUp', at: NOW, taskId: 'other' }],
    ['released, of an unknown task', { type: 'taskReleased', at: NOW, taskId: 'other' }],
    ['rung out, of an unknown task', { type: 'taskReleased', at: NOW, taskId: 'other', rona: 'AGENT_NOT_READY' }],
    ['reserved on an MRD that is gone', { ...offered, mrdId: 'FAX' }],
  ])('changes nothing: %s', (_, event) => {
    const amy = agent('amy', { CHAT: { state: 'ACTIVE', tasks: ['ACTIVE'] } });
    expect(transition(amy, event)).toBe(amy);
  });
});
