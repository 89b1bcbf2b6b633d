/**
 * How a request for a colleague ended, told to whoever asked: in the conversation, in wrap-up, or
 * long gone.
 */
import { describe, expect, it } from 'vitest';
import type { Decision, World } from '../../shared/domain/conversation/conversation.ts';
import { accept, customerLeaves, leave, offer, offerExpired, requestExpired } from '../support/events.ts';
import { decided, emits, member, pending, told } from '../support/decision.ts';
import { ASKABLE, asks, cancels, LEAVING, queueRules, toAgent, toQueue } from '../support/requests.ts';
import { agent, among, NOW, rules, talk } from '../support/world.ts';

const asked = (direction: (typeof ASKABLE)[number], { wrapUpSeconds = null as number | null, to = toQueue() } = {}) =>
  decided(
    among(talk({ amy: 'PRIMARY' }, { rules: rules({ wrapUpSeconds }) }), agent('bob')),
    asks('amy', direction, to),
  ).world;
const id = (world: World) => pending(world).id;
const rings = (world: World) => decided(world, offer(id(world), 'bob'));
const TOO_LATE = NOW + 24 * 3600_000;

const outcome = (decision: Decision) => told(decision, 'amy', 'onAssistanceOutcome');
const heard = (decision: Decision) => emits(decision).flatMap(({ agentId, event }) => (agentId === 'amy' ? event : []));

describe.each(ASKABLE)('Whoever asks a queue by %s', (direction) => {
  describe.each([
    ['without', null],
    ['with', 60],
  ])('from a queue %s wrap-up', (_, wrapUpSeconds) => {
    const world = asked(direction, { wrapUpSeconds });

    it('hears each time that it rings at somebody', () => {
      expect(told(rings(world), 'amy', 'agentAssignedForAssistance')).toMatchObject({
        task: { assignedTo: { id: 'bob' } },
      });
    });

    it('hears who has accepted', () => {
      const { world: ringing } = rings(world);
      const decision = decided(ringing, accept(id(ringing), 'bob'));
      expect(outcome(decision)).toMatchObject({
        direction,
        outcome: 'ACCEPTED',
        agent: { id: 'bob', name: 'bob' },
        queue: { id: 'sales' },
      });
      const success = told(decision, 'amy', 'consulTransferRequestSuccess');
      if (direction === 'CONSULT_TRANSFER') expect(success).toMatchObject({ agentId: 'bob' });
      else expect(success).toBeUndefined();
    });

    it('hears that nobody was found', () => {
      const { ttl } = pending(world);
      const decision = decided(world, requestExpired(ttl.timerId, TOO_LATE));
      expect(outcome(decision)).toMatchObject({ outcome: 'NO_AGENT_AVAILABLE', agent: null });
    });

    it('hears nothing of an end while it goes on to the next', () => {
      const { world: ringing } = rings(world);
      const decision = decided(ringing, offerExpired(id(ringing), 'bob', NOW + 30_000));
      expect(heard(decision)).toEqual([]);
    });

    it('hears that it is off when the customer leaves, waiting or ringing', () => {
      for (const open of [world, rings(world).world]) {
        expect(outcome(decided(open, customerLeaves()))).toMatchObject({ outcome: 'CANCELLED', agent: null });
      }
    });
  });
});

describe('Whoever asks a colleague by name', () => {
  it.each(ASKABLE)('by %s hears that they did not answer', (direction) => {
    const world = asked(direction, { to: toAgent('bob') });
    const decision = decided(world, offerExpired(id(world), 'bob', NOW + 30_000));
    expect(outcome(decision)).toMatchObject({ outcome: 'NO_AGENT_AVAILABLE', queue: null });
  });
});

it.each(LEAVING)('Whoever asked by %s hears of no end when the customer is moved to another queue', (direction) => {
  const world = asked(direction);
  const to = { type: 'moveToQueue' as const, at: NOW, rules: queueRules('third'), mrdId: 'CHAT' };
  const decision = decided(world, to);
  expect(pending(decision.world).rules.queue?.id).toBe('third');
  expect(heard(decision)).toEqual([]);
});

describe('A request that is called off', () => {
  const staying = ASKABLE.filter((direction) => !LEAVING.some((other) => other === direction));

  it.each(staying)('(%s) is told as that to whoever takes it back', (direction) => {
    expect(outcome(decided(asked(direction), cancels('amy')))).toMatchObject({ outcome: 'CANCELLED' });
  });

  it.each(staying)('(%s) is told to whoever leaves the customer meanwhile', (direction) => {
    const decision = decided(asked(direction), leave('amy'));
    expect(heard(decision)).toEqual(['topicUnsubscription', 'onAssistanceOutcome']);
    expect(outcome(decision)).toMatchObject({ outcome: 'CANCELLED' });
  });
});

it('is told once, and has the next number of the agent’s log', () => {
  const world = asked('DIRECT_TRANSFER');
  const before = member(world.agents, 'amy').lastAgentSeq;
  const { world: ringing } = rings(world);
  const decision = decided(ringing, accept(id(ringing), 'bob'));
  expect(emits(decision).filter(({ event }) => event === 'onAssistanceOutcome')).toMatchObject([
    { agentId: 'amy', agentSeq: before + 2 },
  ]);
  expect(decided(decision.world, leave('bob')).effects).not.toContainEqual(
    expect.objectContaining({ event: 'onAssistanceOutcome' }),
  );
});
