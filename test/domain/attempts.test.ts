/**
 * A task is offered again and again under one id. What a desk or a timer means of an earlier
 * attempt changes nothing of the present one.
 */
import { describe, expect, it } from 'vitest';
import { Timer } from '../../shared/domain/effect.ts';
import { deadlines } from '../../shared/domain/conversation/conversation.ts';
import { taskNamed } from '../../shared/protocol/agent-events.ts';
import {
  accept,
  customerLeaves,
  decline,
  leave,
  offer,
  offerExpired,
  offerReceived,
  receiptMissed,
} from '../support/events.ts';
import { decided, emits, member, onlyTask, refusal, roles, said, told } from '../support/decision.ts';
import { active, agent, arrival, NOW, queued, rules, talk } from '../support/world.ts';

const promising = (id: string) => {
  const who = agent(id);
  return { ...who, session: who.session && { ...who.session, receipts: true } };
};
const SECOND = NOW + 30_000;
const first = decided(
  arrival([queued('t1', { rules: rules({ ronaPolicy: 'KEEP' }) })], [promising('amy'), promising('bob')]),
  offer('t1', 'amy'),
);
const waits = decided(first.world, offerExpired('t1', 'amy', SECOND));
/** Amy let it ring out, and it rings at her again. */
const second = decided(waits.world, offer('t1', 'amy', SECOND));
/** Amy let it ring out, and it rings at Bob. */
const bobs = decided(waits.world, offer('t1', 'bob', SECOND));
const named = (decision: typeof first) => (told(decision, 'amy', 'taskRequest') as { taskId: string }).taskId;
const meaning = (decision: typeof first) => taskNamed(named(decision));

describe('Two offers of one task', () => {
  it('have one id, and say which attempt they are', () => {
    expect([named(first), named(second)]).toEqual(['t1:t1-m', 't1:t1-m2']);
    expect(told(second, 'amy', 'taskRequest')).toMatchObject({ attempt: 2 });
    expect(told(waits, 'amy', 'revokeTask')).toMatchObject({ taskId: named(first) });
  });

  it('have timers of their own', () => {
    const keys = [first, second].map(({ world }) =>
      deadlines(world.conversation).flatMap(({ key }) => (key.startsWith('ttl#') ? [] : key)),
    );
    expect(keys[0]).toHaveLength(2);
    expect(keys[1]?.filter((key) => keys[0]?.includes(key))).toEqual([]);
    for (const { timer } of deadlines(second.world.conversation)) expect(Timer.parse(timer)).toEqual(timer);
  });
});

describe('Of an earlier attempt', () => {
  it('an acceptance is too late, and its own card goes', () => {
    const stale = refusal(second.world, { ...accept('t1', 'amy', SECOND), ...meaning(first) });
    expect(stale.code).toBe('task.gone');
    expect(stale.emits.map(({ data }) => data)).toEqual([
      { conversationId: 'c1', taskId: named(first), reason: 'GONE' },
    ]);
  });

  it('a refusal does not refuse the present one', () => {
    expect(refusal(second.world, { ...decline('t1', 'amy', SECOND), ...meaning(first) }).code).toBe('task.gone');
  });

  it('a receipt does not confirm the present one', () => {
    const stale = { ...offerReceived('t1', 'amy', SECOND), ...meaning(first) };
    expect(decided(second.world, stale).world).toBe(second.world);
  });

  it('the missing receipt does not take the present one back', () => {
    const late = receiptMissed('t1', 'amy', SECOND + 3_000);
    expect(decided(second.world, { ...late, attempt: 1 }).world).toBe(second.world);
    expect(decided(second.world, { ...late, attempt: 2 }).world).not.toBe(second.world);
  });

  it('the end does not end the present one, however late it comes', () => {
    const late = SECOND + 3_600_000;
    expect(decided(second.world, offerExpired('t1', 'amy', late, 1)).world).toBe(second.world);
    const ofAmys = decided(bobs.world, offerExpired('t1', 'amy', late, 1));
    expect(ofAmys.world.conversation).toBe(bobs.world.conversation);
    expect(emits(ofAmys).map(({ data }) => data)).toEqual([
      { conversationId: 'c1', taskId: named(first), reason: 'EXPIRED' }, // her card, should it still be there
    ]);
  });
});

describe('The present attempt', () => {
  it.each<[string, ReturnType<typeof taskNamed>]>([
    ['as it was told', meaning(second)],
    ['bare', { taskId: 't1' }],
    ['with a medium that nobody knows', { taskId: 't1', medium: 'm-1' }],
  ])('is accepted by its id, %s', (_, meant) => {
    const { world } = decided(second.world, { ...accept('t1', 'amy', SECOND), ...meant });
    expect(onlyTask(world.conversation)).toMatchObject({ id: 't1', attempt: 2, phase: 'ACTIVE' });
    expect(Object.keys(member(world.agents, 'amy').slots)).toEqual(['t1']);
  });

  it('is confirmed, declined and ended like the first', () => {
    expect(onlyTask(decided(second.world, { ...offerReceived('t1', 'amy', SECOND), ...meaning(second) }).world.conversation)).not.toHaveProperty('receipt'); // prettier-ignore
    expect(said(decided(second.world, { ...decline('t1', 'amy', SECOND), ...meaning(second) }))).toEqual(['amy: revokeTask DECLINED']); // prettier-ignore
    expect(said(decided(second.world, offerExpired('t1', 'amy', SECOND + 30_000, 2)))).toEqual(['amy: revokeTask RONA']); // prettier-ignore
  });
});

describe('The end of an offer that', () => {
  const RINGS_OUT = NOW + 30_000;
  const without = { rules: rules({ wrapUpSeconds: null }) };
  const offered = () => decided(arrival([queued('t1', without)], [agent('amy')]), offer('t1', 'amy')).world;

  it('was accepted, and whose work has ended since, takes nothing away', () => {
    const { world } = decided(offered(), accept('t1', 'amy'), leave('amy', NOW + 1_000));
    expect(roles(world)).toEqual({});
    for (let time = 0; time < 2; time++)
      expect(decided(world, offerExpired('t1', 'amy', RINGS_OUT)).effects).toEqual([]);
  });

  it('was taken back on the way to the desk takes the card away', () => {
    const { world } = decided(offered(), customerLeaves(NOW + 1_000));
    expect(said(decided(world, offerExpired('t1', 'amy', RINGS_OUT)))).toEqual(['amy: revokeTask EXPIRED']);
  });

  it('was accepted is remembered for as long as its timer may come, and no longer', () => {
    const first = decided(offered(), accept('t1', 'amy'), leave('amy', NOW + 1_000)).world;
    expect(Object.keys(first.conversation.answeredOffers ?? {})).toEqual(['t1']);
    const again = {
      ...first.conversation,
      tasks: { t2: active('amy', 't2', { answeredAt: NOW + 200_000, ...without }) },
    };
    const there = talk({ amy: 'PRIMARY' }).conversation.participants['amy'];
    if (!there) throw new Error('amy is not there');
    const slots = { t2: { conversationId: 'c1', mrdId: 'CHAT', phase: 'ACTIVE' as const } };
    const world = {
      ...first,
      conversation: { ...again, participants: { amy: { ...there, taskId: 't2' } } },
      agents: { amy: { ...member(first.agents, 'amy'), slots } },
    };
    const { conversation } = decided(world, leave('amy', NOW + 201_000)).world;
    expect(Object.keys(conversation.answeredOffers ?? {})).toEqual(['t2']);
  });
});
