/** What one conversation requires of its agent, and which of those that match a queue takes. */
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../shared/domain/agent/agent.ts';
import { deadlines } from '../../shared/domain/conversation/conversation.ts';
import { concernedBy } from '../../shared/domain/routing/in-force.ts';
import { lineOf, poolLines, poolOfQueue } from '../../shared/domain/routing/lines.ts';
import { mayMeet, unmetOf } from '../../shared/domain/choosing/required.ts';
import { mismatch, pairs, routableEntries, waitingFor, type Routable } from '../../shared/domain/routing/routing.ts';
import { rather, selectionOf, type AgentSelection } from '../../shared/domain/choosing/selection.ts';
import { ChannelSession } from '../../shared/protocol/shapes/cim.ts';
import { configSchemas, RequiredAttributes } from '../../shared/protocol/shapes/config.ts';
import { decided, pending } from '../support/decision.ts';
import { decline, offer } from '../support/events.ts';
import { agent, arrival, BEFORE, channelSession, NOW, queued, rules } from '../support/world.ts';

const all = (...allOf: [string, string, number, number?][]) => ({
  allOf: allOf.map(([attribute, operator, value, expiresAfterSeconds]) => {
    return { attribute, operator, value, ...(expiresAfterSeconds === undefined ? {} : { expiresAfterSeconds }) };
  }),
});
const required = (...groups: ReturnType<typeof all>[]) => RequiredAttributes.parse(groups);
const either = required(all(['swedish', '>=', 5], ['vip', '==', 1]), all(['norwegian', '>=', 7]));
const forAWhile = required(all(['swedish', '>=', 5, 30], ['vip', '==', 1]));

describe('A conversation', () => {
  it.each<[string, RequiredAttributes | undefined, Attributes, number, string | null]>([
    ['that requires nothing takes anybody', undefined, {}, 0, null],
    ['takes who has all of the first group', either, { swedish: 5, vip: true }, 0, null],
    ['takes who has all of another group', either, { norwegian: 7 }, 0, null],
    ['does not take who has part of one', either, { swedish: 9 }, 0, 'vip == 1, required'],
    ['does not take who has parts of several', either, { vip: 1, norwegian: 1 }, 0, 'swedish >= 5, required'],
    ['waits for a condition that expires', forAWhile, { vip: 1 }, 29_999, 'swedish >= 5, required'],
    ['goes without it then', forAWhile, { vip: 1 }, 30_000, null],
    ['does not go without the others', forAWhile, { swedish: 5 }, 30_000, 'vip == 1, required'],
    ['never takes who lacks what is to be less', required(all(['calls', '<', 5])), {}, 0, 'calls < 5, required'],
    ['never takes who lacks what is to be other', required(all(['site', '!=', 5])), {}, 0, 'site != 5, required'],
  ])('%s', (_, wants, attributes, ms, failed) => {
    expect(unmetOf(wants, attributes, NOW, NOW + ms)).toBe(failed);
  });

  it('requires it beside what the queue wants', () => {
    const world = arrival([queued('t1', { rules: rules({ required: required(all(['vip', '==', 1])) }) })]);
    const request = waitingFor(world.conversation, 't1');
    if (!request) throw new Error('it does not wait');
    const queue = {
      steps: [{ expressions: [{ attribute: 'english', operator: '>=' as const, value: 5 }], timeoutSeconds: 9 }],
    };
    const failed = (attributes: Attributes) =>
      mismatch({ agentId: 'amy', mrdId: 'CHAT', since: 1, free: 1, attributes, line: '' }, request, queue, NOW);
    expect(failed({ vip: 1 })).toBe('english >= 5');
    expect(failed({ english: 5 })).toBe('vip == 1, required');
    expect(failed({ english: 5, vip: 1 })).toBeNull();
  });

  it('is looked at again when it requires less', () => {
    const world = arrival([queued('t1', { rules: rules({ required: forAWhile, stepsOpenAfter: [0, 45] }) })]);
    const due = deadlines(world.conversation).filter(({ key }) => key.startsWith('place#'));
    expect(due.map(({ dueAt }) => dueAt - BEFORE).toSorted((a, b) => a - b)).toEqual([2_000, 30_000, 45_000]);
  });

  it('requires the same once it was offered and declined', () => {
    const world = arrival([queued('t1', { rules: rules({ required: either }) })], [agent('amy')]);
    const again = decided(decided(world, offer('t1', 'amy')).world, decline('t1', 'amy'));
    expect(waitingFor(again.world.conversation, pending(again.world).id)?.required).toEqual(either);
  });

  it.each([
    ['other attributes', rules({ required: either }), either],
    ['no attributes', rules(), forAWhile],
  ])('that is sent to its queue once more with %s requires these', (_, to, expected) => {
    const world = arrival([queued('t1', { rules: rules({ required: forAWhile }) })]);
    const move = decided(world, { type: 'moveToQueue', at: NOW, rules: to, mrdId: 'CHAT' });
    expect(waitingFor(move.world.conversation, 't1')?.required).toEqual(expected);
    expect(move.world === world).toBe(expected === forAWhile);
  });
});

describe('A line of a queue that tells its agents apart', () => {
  const queue = (more: object = {}) => {
    return { id: 'nordic', ...configSchemas.queues.parse({ name: 'nordic', mrdId: 'CHAT', ...more }) };
  };
  const told = (attributes: Attributes, ...more: object[]) => {
    const rows = poolLines(lineOf('CHAT', attributes, more.map(queue)), 1);
    return rows.find(({ pool }) => pool === poolOfQueue('nordic'))?.row.told;
  };
  const english = [{ expressions: [{ attribute: 'english', operator: '>=', value: 1 }], timeoutSeconds: 9 }];

  it.each<[string, object, Attributes, object | undefined]>([
    ['nothing by default', {}, { swedish: 7 }, undefined],
    [
      'what may be required, and whether it is lacking',
      { requirable: ['swedish', 'vip'] },
      { vip: true },
      { swedish: null, vip: 1 },
    ],
    ['what is scored', { selection: 'BEST_SKILLED', score: [{ attribute: 'sales' }] }, { sales: 3 }, { sales: 3 }],
    ['what its steps name', { selection: 'BEST_SKILLED', steps: english }, { english: 3 }, { english: 3 }],
    ['no score that is not used', { score: [{ attribute: 'sales' }] }, { sales: 3 }, undefined],
  ])('says %s', (_, more, attributes, expected) => {
    expect(told(attributes, more)).toEqual(expected);
  });

  it('is another one for agents who differ in that, and only then', () => {
    const line = (swedish: number, more: object) => lineOf('CHAT', { swedish, other: swedish }, [queue(more)]).id;
    expect(line(1, {})).toBe(line(2, {}));
    expect(line(1, { requirable: ['swedish'] })).not.toBe(line(2, { requirable: ['swedish'] }));
    expect(line(1, { requirable: ['vip'] })).toBe(line(2, { requirable: ['vip'] }));
  });

  it.each<[string, Record<string, number | null> | undefined, boolean]>([
    ['where nothing is known of them', undefined, true],
    ['where it is something else that is known', { danish: 1 }, true],
    ['who have it', { norwegian: 7 }, true],
    ['who have what is known of a group', { swedish: 5, norwegian: null }, true],
    ['who have nothing of it', { swedish: null, norwegian: 6 }, false],
  ])('is read for a conversation where there may be somebody for it: %s', (_, known, may) => {
    expect(mayMeet(either, known, NOW, NOW)).toBe(may);
  });

  it('is read once the condition has expired', () => {
    expect([29_999, 30_000].map((ms) => mayMeet(forAWhile, { swedish: null }, NOW, NOW + ms))).toEqual([false, true]);
  });

  it('is another one as soon as the queue says so', () => {
    const kinds = (after: object) => concernedBy('queues', 'nordic', queue(), queue(after)).map(({ kind }) => kind);
    expect(kinds({ requirable: ['swedish'] })).toEqual(['profilesDue', 'queueDue']);
    expect(kinds({ selection: 'BEST_SKILLED', steps: [] })).toEqual([]);
    expect(kinds({ selection: 'BEST_SKILLED', score: [{ attribute: 'sales' }] })).toEqual(['profilesDue', 'queueDue']);
  });
});

describe('Of several who match', () => {
  const entry = (agentId: string, since: number, attributes: Attributes, more: Partial<Routable> = {}): Routable => {
    return { agentId, mrdId: 'CHAT', since, free: 1, attributes, line: '', ...more };
  };
  const people = [
    entry('amy', 1, { sales: 2, english: 9 }, { busy: 2 }),
    entry('bob', 2, { sales: 5, english: 1 }, { busy: 1 }),
    entry('carol', 3, { sales: 5, english: 7, slow: 4 }),
    entry('dan', 4, {}),
  ];
  const waiting = ['t1', 't2', 't3', 't4'].map((id) => {
    const request = waitingFor(arrival([queued(id)]).conversation, id);
    if (!request) throw new Error('it does not wait');
    return request;
  });
  const chosen = (more: object, agents = people, wanted?: AgentSelection) => {
    const queue = configSchemas.queues.parse({ name: 'sales', mrdId: 'CHAT', ...more });
    return pairs(
      waiting,
      agents,
      ({ free }) => free > 0,
      () => rather(queue, wanted),
    ).map((pair) => pair.entry.agentId);
  };
  const best = (...score: object[]) => ({ selection: 'BEST_SKILLED', score });
  const steps = [{ expressions: [{ attribute: 'english', operator: '>=', value: 0 }], timeoutSeconds: 9 }];

  it.each<[string, object, string[]]>([
    ['the longest available is taken', {}, ['amy', 'bob', 'carol', 'dan']],
    ['the best, of equals the longest available', best({ attribute: 'sales' }), ['bob', 'carol', 'amy', 'dan']],
    [
      'the best of all that counts',
      best({ attribute: 'sales' }, { attribute: 'english' }),
      ['carol', 'amy', 'bob', 'dan'],
    ],
    [
      'the best as it counts',
      best({ attribute: 'sales', weight: 3 }, { attribute: 'slow', weight: -4 }),
      ['bob', 'amy', 'dan', 'carol'],
    ],
    ['the best at what the steps name', { selection: 'BEST_SKILLED', steps }, ['amy', 'carol', 'bob', 'dan']],
    ['the one with the fewest conversations', { selection: 'FEWEST_CONVERSATIONS' }, ['carol', 'dan', 'bob', 'amy']],
  ])('%s', (_, more, expected) => {
    expect(chosen(more)).toEqual(expected);
  });

  it.each<[string, object, AgentSelection, string[]]>([
    [
      'the most, of what the queue scores',
      { score: [{ attribute: 'sales' }] },
      'MOST_SKILLED',
      ['bob', 'carol', 'amy', 'dan'],
    ],
    ['the most, of what its steps name', { steps }, 'MOST_SKILLED', ['amy', 'carol', 'bob', 'dan']],
    ['the least', { score: [{ attribute: 'sales' }] }, 'LEAST_SKILLED', ['dan', 'amy', 'bob', 'carol']],
    [
      'the least, where the queue wants the best',
      best({ attribute: 'sales' }),
      'LEAST_SKILLED',
      ['dan', 'amy', 'bob', 'carol'],
    ],
    [
      'the most, where the queue wants the idlest',
      { selection: 'FEWEST_CONVERSATIONS', steps },
      'MOST_SKILLED',
      ['amy', 'carol', 'bob', 'dan'],
    ],
    ['the most of nothing, so the longest available', {}, 'MOST_SKILLED', ['amy', 'bob', 'carol', 'dan']],
  ])('a channel may want rather who is skilled %s', (_, more, wanted, expected) => {
    expect(chosen(more, people, wanted)).toEqual(expected);
  });

  it.each([
    ['MOST_SKILLED', 'MOST_SKILLED'],
    ['LEAST_SKILLED', 'LEAST_SKILLED'],
    ['LONGEST_AVAILABLE', undefined],
    ['BY_MOON', undefined],
    [7, undefined],
    [null, undefined],
    [undefined, undefined],
  ])('of the words of platforms, %s is taken as %s', (agentSelectionPolicy, wanted) => {
    const session = channelSession('s');
    const policy = { routingMode: 'PUSH', agentSelectionPolicy };
    const channel = { ...session.channel, channelConfig: { routingPolicy: policy } };
    expect(selectionOf(ChannelSession.parse({ ...session, channel }))).toBe(wanted);
  });

  it('who was just given one has one more', () => {
    const two = [entry('amy', 1, {}, { free: 3 }), entry('bob', 2, {}, { free: 3, busy: 1 })];
    expect(chosen({ selection: 'FEWEST_CONVERSATIONS' }, two)).toEqual(['amy', 'bob', 'amy', 'bob']);
  });

  it('how many they have is told beside their place in line', () => {
    const busy = (tasks: ('ACTIVE' | 'RESERVED')[]) =>
      [...routableEntries(agent('amy', { CHAT: { tasks }, EMAIL: {} })).values()].map((one) => one.busy);
    expect(busy([])).toEqual([undefined, undefined]);
    expect(busy(['ACTIVE', 'ACTIVE', 'RESERVED'])).toEqual([3, undefined]);
  });
});
