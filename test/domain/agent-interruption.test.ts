/**
 * Interruption: an offer on one MRD takes the agent away from those that may be interrupted, until
 * its tasks are done.
 */
import { describe, expect, it } from 'vitest';
import type { Agent, AgentEvent, MrdState } from '../../shared/domain/agent/agent.ts';
import { routable } from '../../shared/domain/agent/routable.ts';
import { after, agent, NOW, type MrdSketch } from '../support/world.ts';

const call: AgentEvent = { type: 'taskReserved', at: NOW, taskId: 'call', conversationId: 'c9', mrdId: 'VOICE' };
const answered: AgentEvent = { type: 'taskAccepted', at: NOW, taskId: 'call' };
const over: AgentEvent = { type: 'taskReleased', at: NOW + 1, taskId: 'call' };

function amy(chat: MrdSketch, settings: MrdSketch['settings'] = { interruptible: true }): Agent {
  return agent('amy', { CHAT: { ...chat, settings }, VOICE: { max: 1 } });
}

function chatOf({ mrds }: Agent): MrdState | undefined {
  return mrds['CHAT']?.state;
}

describe('An offer on another MRD', () => {
  it.each<[string, MrdSketch]>([
    ['READY', { state: 'READY' }],
    ['ACTIVE', { state: 'ACTIVE', tasks: ['ACTIVE'] }],
    ['BUSY', { state: 'BUSY', tasks: ['ACTIVE'], max: 1 }],
  ])('interrupts one that is %s', (_, chat) => {
    const interrupted = after(amy(chat), call);
    expect(chatOf(interrupted)).toBe('INTERRUPTED');
    expect(routable(interrupted, 'CHAT')).toBe(false);
  });

  it.each<[MrdState, MrdSketch]>([
    ['NOT_READY', { state: 'NOT_READY' }],
    ['PENDING_NOT_READY', { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] }],
  ])('does not interrupt one that is %s', (state, chat) => {
    expect(chatOf(after(amy(chat), call))).toBe(state);
  });

  it('does not interrupt one that may not be interrupted', () => {
    expect(chatOf(after(amy({ state: 'READY' }, { interruptible: false }), call))).toBe('READY');
  });

  it('does not interrupt its own MRD', () => {
    const both = agent('amy', { CHAT: {}, VOICE: { max: 2, settings: { interruptible: true } } });
    expect(after(both, call).mrds['VOICE']?.state).toBe('READY');
  });

  it('interrupts an MRD that another system controls', () => {
    const settings = { interruptible: true, externallyControlled: true };
    expect(chatOf(after(amy({ state: 'READY' }, settings), call))).toBe('INTERRUPTED');
  });

  it('does not change the state of the agent', () => {
    expect(after(amy({}), call).state).toEqual({ name: 'READY', reasonCode: null });
  });
});

describe('Which MRDs interrupt another, and when, is said by a matrix:', () => {
  const by = (...interruptedBy: { mrdId: string; on: 'OFFER' | 'ACCEPT' }[]) => ({
    interruptible: true,
    interruptedBy,
  });
  const talking = { state: 'ACTIVE', tasks: ['ACTIVE'] } as const;

  it.each<[string, MrdSketch['settings'], MrdState, MrdState]>([
    ['none: each by an offer', { interruptible: true }, 'INTERRUPTED', 'INTERRUPTED'],
    ['this one by an offer', by({ mrdId: 'VOICE', on: 'OFFER' }), 'INTERRUPTED', 'INTERRUPTED'],
    ['this one once it is accepted', by({ mrdId: 'VOICE', on: 'ACCEPT' }), 'ACTIVE', 'INTERRUPTED'],
    ['another', by({ mrdId: 'MAIL', on: 'OFFER' }), 'ACTIVE', 'ACTIVE'],
    ['nothing', by(), 'ACTIVE', 'ACTIVE'],
    ['not its own', { ...by({ mrdId: 'VOICE', on: 'OFFER' }), interruptible: false }, 'ACTIVE', 'ACTIVE'],
  ])('%s', (_, settings, ringing, accepted) => {
    const rings = after(amy(talking, settings), call);
    expect([chatOf(rings), chatOf(after(rings, answered))]).toEqual([ringing, accepted]);
  });

  it('a call that nobody answers takes no chat away, and one that is answered does', () => {
    const rings = after(amy(talking, by({ mrdId: 'VOICE', on: 'ACCEPT' })), call);
    const unanswered = after(rings, { ...over, rona: 'MRD_NOT_READY' });
    expect([rings.slots['CHAT-1']?.evicted, chatOf(unanswered)]).toEqual([undefined, 'ACTIVE']);
    expect(after(rings, answered).slots['CHAT-1']?.evicted?.reason).toBe('REROUTE');
  });

  it('what was accepted before does not interrupt again', () => {
    const settings = { ...by({ mrdId: 'VOICE', on: 'ACCEPT' }), interruptAction: 'KEEP' as const };
    const accepted = after(amy(talking, settings), call, answered);
    expect(after(accepted, answered)).toBe(accepted);
    expect(chatOf(after(accepted, over))).toBe('ACTIVE');
  });
});

describe('The conversations of an interrupted MRD', () => {
  const tasks = ['RESERVED', 'ACTIVE', 'WRAP_UP'] as const;
  const evictions = (of: Agent) =>
    Object.entries(of.slots).flatMap(([id, { evicted }]) => (evicted ? [`${id} ${evicted.reason}`] : []));

  it('go to others', () => {
    expect(evictions(after(amy({ state: 'ACTIVE', tasks }), call))).toEqual(['CHAT-2 REROUTE']);
  });

  it('stay where the MRD says so', () => {
    const kept = after(amy({ state: 'ACTIVE', tasks }, { interruptible: true, interruptAction: 'KEEP' }), call);
    expect(evictions(kept)).toEqual([]);
  });

  it('stay on an MRD that may not be interrupted', () => {
    expect(evictions(after(amy({ state: 'ACTIVE', tasks }, { interruptible: false }), call))).toEqual([]);
  });
});

describe('An interruption', () => {
  it('lasts as long as the task that caused it', () => {
    const talking = after(amy({}), call, answered);
    expect(chatOf(talking)).toBe('INTERRUPTED');
    expect(chatOf(after(talking, { type: 'taskWrappingUp', at: NOW, taskId: 'call' }))).toBe('INTERRUPTED');
  });

  it.each<[MrdState, MrdSketch]>([
    ['READY', { state: 'READY' }],
    ['ACTIVE', { state: 'ACTIVE', tasks: ['ACTIVE'] }],
    ['BUSY', { state: 'BUSY', tasks: ['ACTIVE'], max: 1 }],
  ])('ends in %s, by the tasks that are left', (state, chat) => {
    const settings = { interruptible: true, interruptAction: 'KEEP' as const };
    expect(chatOf(after(amy(chat, settings), call, answered, over))).toBe(state);
  });

  it('ends in READY when its conversations have gone to others', () => {
    const moved: AgentEvent = { type: 'taskReleased', at: NOW, taskId: 'CHAT-1' };
    const interrupted = after(amy({ state: 'ACTIVE', tasks: ['ACTIVE'] }), call, moved);
    expect(chatOf(interrupted)).toBe('INTERRUPTED');
    expect(chatOf(after(interrupted, over))).toBe('READY');
  });

  it('ends when the offer rings out, and the agent stays ready', () => {
    const rungOut = after(amy({}), call, { ...over, rona: 'MRD_NOT_READY' });
    expect(chatOf(rungOut)).toBe('READY');
    expect(rungOut.mrds['VOICE']?.state).toBe('NOT_READY');
    expect(rungOut.state.name).toBe('READY');
  });

  it('ends when the offer is withdrawn', () => {
    expect(chatOf(after(amy({}), call, over))).toBe('READY');
  });

  it('does not outlast an agent who stops', () => {
    const stopped = after(amy({}), call, { type: 'requestState', at: NOW, name: 'NOT_READY', reasonCode: null });
    expect(chatOf(stopped)).toBe('NOT_READY');
    expect(chatOf(after(stopped, over))).toBe('NOT_READY');
  });

  it.each<MrdState>(['READY', 'BUSY'])('gives an MRD that another system controls its %s back', (state) => {
    const settings = { interruptible: true, externallyControlled: true };
    expect(chatOf(after(amy({ state }, settings), call, answered, over))).toBe(state);
  });

  it('ends with the tasks that caused it, whatever else the agent is interrupted in', () => {
    const settings = { interruptible: true, interruptAction: 'KEEP' as const };
    const busy = agent('amy', {
      CHAT: { state: 'ACTIVE', tasks: ['ACTIVE'], settings },
      MAIL: { settings },
      VOICE: { max: 1 },
    });
    const mail: AgentEvent = { type: 'taskReserved', at: NOW, taskId: 'mail', conversationId: 'c8', mrdId: 'MAIL' };
    const both = after(busy, mail, { ...answered, taskId: 'mail' }, call, answered);
    const states = ({ mrds }: Agent) => [mrds['CHAT']?.state, mrds['MAIL']?.state];
    expect(states(both)).toEqual(['INTERRUPTED', 'INTERRUPTED']);
    const afterCall = after(both, over);
    expect(states(afterCall)).toEqual(['INTERRUPTED', 'ACTIVE']);
    expect(states(after(afterCall, { ...over, taskId: 'mail' }))).toEqual(['ACTIVE', 'READY']);
  });
});
