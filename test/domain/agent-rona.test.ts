/** What becomes of an agent who does not answer an offer, by the policy of the queue. */
import { describe, expect, it } from 'vitest';
import { routable } from '../../shared/domain/agent/routable.ts';
import type { Agent, AgentEvent } from '../../shared/domain/agent/agent.ts';
import type { Consequence } from '../../shared/protocol/shapes/config.ts';
import { offerExpired } from '../support/events.ts';
import { decided, member } from '../support/decision.ts';
import { after, agent, arrival, BEFORE, NOW, reserved, rules, type MrdSketch } from '../support/world.ts';

function rungOut(rona: Consequence): AgentEvent {
  return { type: 'taskReleased', at: NOW, taskId: 'CHAT-1', rona };
}

/** `READY CHAT:NOT_READY EMAIL:READY` */
function summary({ state, mrds }: Agent): string {
  return [state.name, ...Object.entries(mrds).map(([id, m]) => `${id}:${m.state}`)].join(' ');
}

const rang: MrdSketch = { state: 'READY', tasks: ['RESERVED'] };
const rangBesideATask: MrdSketch = { state: 'ACTIVE', tasks: ['RESERVED', 'ACTIVE'] };
const rangAndFull: MrdSketch = { state: 'BUSY', tasks: ['RESERVED'], max: 1 };
const rangWhileStopping: MrdSketch = { state: 'PENDING_NOT_READY', tasks: ['RESERVED'] };

describe('An unanswered offer', () => {
  it.each<[string, Consequence, MrdSketch, string]>([
    ['makes the MRD not ready', 'MRD_NOT_READY', rang, 'READY CHAT:NOT_READY EMAIL:READY'],
    ['makes a full MRD not ready', 'MRD_NOT_READY', rangAndFull, 'READY CHAT:NOT_READY EMAIL:READY'],
    [
      'lets the other tasks of the MRD end first',
      'MRD_NOT_READY',
      rangBesideATask,
      'READY CHAT:PENDING_NOT_READY EMAIL:READY',
    ],
    ['completes the stop of an MRD', 'MRD_NOT_READY', rangWhileStopping, 'READY CHAT:NOT_READY EMAIL:READY'],
    ['makes the agent not ready', 'AGENT_NOT_READY', rang, 'NOT_READY CHAT:NOT_READY EMAIL:NOT_READY'],
    [
      'makes the agent not ready, whose other tasks end first',
      'AGENT_NOT_READY',
      rangBesideATask,
      'NOT_READY CHAT:PENDING_NOT_READY EMAIL:NOT_READY',
    ],
    ['leaves the agent as they are', 'KEEP', rang, 'READY CHAT:READY EMAIL:READY'],
    ['frees a full MRD', 'KEEP', rangAndFull, 'READY CHAT:READY EMAIL:READY'],
    ['leaves the other tasks alone', 'KEEP', rangBesideATask, 'READY CHAT:ACTIVE EMAIL:READY'],
  ])('%s (%s)', (_, policy, chat, expected) => {
    expect(summary(after(agent('amy', { CHAT: chat, EMAIL: {} }), rungOut(policy)))).toBe(expected);
  });

  it('frees its slot, whatever the policy', () => {
    for (const policy of ['MRD_NOT_READY', 'AGENT_NOT_READY', 'KEEP'] as const) {
      expect(after(agent('amy', { CHAT: rang }), rungOut(policy)).slots).toEqual({});
    }
  });

  it('on the last MRD makes the agent not ready, without a reason', () => {
    const amy = after(agent('amy', { CHAT: rang, EMAIL: { state: 'NOT_READY' } }), rungOut('MRD_NOT_READY'));
    expect(amy.state).toEqual({ name: 'NOT_READY', reasonCode: null });
    expect(amy.stateChangeTime).toBe(NOW);
  });

  it('on one of several MRDs does not touch the clock of the agent', () => {
    expect(after(agent('amy', { CHAT: rang, EMAIL: {} }), rungOut('MRD_NOT_READY')).stateChangeTime).toBe(BEFORE);
  });

  it('says RONA as the reason where it makes the agent not ready', () => {
    const amy = after(agent('amy', { CHAT: rang }), rungOut('AGENT_NOT_READY'));
    expect(amy.state.reasonCode).toMatchObject({ id: 'RONA', name: 'RONA' });
    expect(amy.stateChangeTime).toBe(NOW);
  });

  it.each<Consequence>(['MRD_NOT_READY', 'AGENT_NOT_READY', 'KEEP'])(
    'leaves one who had stopped before with their own reason (%s)',
    (policy) => {
      const lunch = { id: 'lunch', name: 'Lunch' };
      const stopped = agent('amy', { CHAT: rangWhileStopping }, { state: 'NOT_READY', reasonCode: lunch });
      const amy = after(stopped, rungOut(policy));
      expect(summary(amy)).toBe('NOT_READY CHAT:NOT_READY');
      expect(amy.state.reasonCode).toEqual(lunch);
      expect(amy.stateChangeTime).toBe(BEFORE);
    },
  );
});

describe('The customer of an unanswered offer', () => {
  const ringing = (ronaPolicy: Consequence) =>
    arrival([reserved('amy', 't1', { rules: rules({ ronaPolicy }) })], [agent('amy')]);
  const passedOver = (policy: Consequence) => {
    const { world } = decided(ringing(policy), offerExpired('t1', 'amy'));
    const [task] = Object.values(world.conversation.tasks);
    return task?.phase === 'QUEUED' ? task.passOver : undefined;
  };

  it('is not offered at once to an agent who stays ready', () => {
    expect(passedOver('KEEP')).toEqual({ amy: NOW + 30_000 });
  });

  it.each<Consequence>(['MRD_NOT_READY', 'AGENT_NOT_READY'])(
    'may be offered to the agent once they are ready again (%s)',
    (policy) => {
      expect(passedOver(policy)).toEqual({});
      const { world } = decided(ringing(policy), offerExpired('t1', 'amy'));
      expect(routable(member(world.agents, 'amy'), 'CHAT')).toBe(false);
    },
  );
});
