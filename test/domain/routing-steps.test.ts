/**
 * Which agents a request may be offered to: the steps of its queue, what they ask for, who let it
 * ring out before, and who is there already.
 */
import { describe, expect, it } from 'vitest';
import {
  mismatch,
  routableEntries,
  waitingEntries,
  type Routable,
  type Waiting,
} from '../../shared/domain/routing/routing.ts';
import { openSteps, stepsOpenAfter } from '../../shared/domain/routing/steps.ts';
import type { Queue } from '../../shared/protocol/shapes/config.ts';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import type { Task } from '../../shared/domain/conversation/task.ts';
import { decided, member, pending } from '../support/decision.ts';
import { offer } from '../support/events.ts';
import { ASKABLE, asks } from '../support/requests.ts';
import { agent, among, arrival, BEFORE, NOW, queued, rules, talk, type Part } from '../support/world.ts';

type Steps = Pick<Queue, 'steps'>;
type Operator = Queue['steps'][number]['expressions'][number]['operator'];

function step(
  timeoutSeconds: number,
  ...expressions: [attribute: string, operator: Operator, value: number][]
): Queue['steps'][number] {
  return {
    timeoutSeconds,
    expressions: expressions.map(([attribute, operator, value]) => ({ attribute, operator, value })),
  };
}

function entry(attributes: Routable['attributes'] = {}, changes: Partial<Routable> = {}): Routable {
  return { agentId: 'amy', mrdId: 'CHAT', since: BEFORE, free: 1, attributes, line: '', ...changes };
}

function request(changes: Parameters<typeof queued>[1] = {}): Waiting {
  const [first] = waitingEntries(arrival([queued('t1', changes)]).conversation).values();
  if (!first) throw new Error('nobody waits');
  return first;
}

const anybody: Steps = { steps: [] };

describe('A queue without steps', () => {
  it('takes anybody who is free', () => {
    expect(mismatch(entry(), request(), anybody, NOW)).toBeNull();
  });

  it('takes nobody who is full', () => {
    expect(mismatch(entry({}, { free: 0 }), request(), anybody, NOW)).toBe('no free slot');
  });
});

describe('A step asks for attributes', () => {
  it.each<[Operator, number, number | boolean | undefined, boolean]>([
    ['==', 5, 5, true],
    ['==', 5, 6, false],
    ['!=', 5, 6, true],
    ['!=', 5, 5, false],
    ['>', 5, 6, true],
    ['>', 5, 5, false],
    ['>=', 5, 5, true],
    ['>=', 5, 4, false],
    ['<', 5, 4, true],
    ['<', 5, 5, false],
    ['<=', 5, 5, true],
    ['<=', 5, 6, false],
    ['==', 1, true, true],
    ['==', 1, false, false],
    ['==', 0, false, true],
    ['==', 0, undefined, true],
    ['>=', 1, undefined, false],
    ['>', -1, undefined, true],
    ['!=', 1, undefined, false],
    ['<', 1, undefined, false],
    ['<=', 1, undefined, false],
  ])('english %s %i, of one who has %s: %s', (operator, value, has, fits) => {
    const queue = { steps: [step(10, ['english', operator, value])] };
    const attributes: Routable['attributes'] = has === undefined ? {} : { english: has };
    expect(mismatch(entry(attributes), request(), queue, NOW)).toBe(fits ? null : `english ${operator} ${value}`);
  });

  it('all of which must fit', () => {
    const queue = { steps: [step(10, ['english', '>=', 5], ['sales', '==', 1])] };
    expect(mismatch(entry({ english: 7, sales: true }), request(), queue, NOW)).toBeNull();
    expect(mismatch(entry({ english: 7 }), request(), queue, NOW)).toBe('sales == 1');
    expect(mismatch(entry({ sales: true }), request(), queue, NOW)).toBe('english >= 5');
  });

  it('or for nothing: then it takes anybody', () => {
    expect(mismatch(entry(), request(), { steps: [step(10)] }, NOW)).toBeNull();
  });
});

describe('The steps of a queue open one after the other', () => {
  const queue = { steps: [step(10, ['english', '>=', 9]), step(20, ['english', '>=', 5]), step(5)] };

  it('each when the times of those before it are over', () => {
    expect(stepsOpenAfter(queue)).toEqual([0, 10, 30]);
  });

  it.each([
    [0, 1],
    [9_999, 1],
    [10_000, 2],
    [29_999, 2],
    [30_000, 3],
    [3_600_000, 3],
  ])('after %i ms %i of them are open', (ms, open) => {
    expect(openSteps(queue, BEFORE, BEFORE + ms)).toEqual(queue.steps.slice(0, open));
  });

  it('and those that are open stay open', () => {
    const waiting = request({ routedSince: BEFORE });
    expect(mismatch(entry({ english: 9 }), waiting, queue, BEFORE + 15_000)).toBeNull();
    expect(mismatch(entry({ english: 5 }), waiting, queue, BEFORE + 15_000)).toBeNull();
    expect(mismatch(entry({ english: 1 }), waiting, queue, BEFORE + 15_000)).toBe('english >= 9');
    expect(mismatch(entry({ english: 1 }), waiting, queue, BEFORE + 30_000)).toBeNull();
  });

  it('counted from when the customer began to wait, also after an unanswered offer', () => {
    const rerouted = request({ routedSince: BEFORE, enqueuedAt: NOW, priority: 11 });
    expect(mismatch(entry(), rerouted, queue, NOW)).toBeNull();
  });
});

describe('A request that an agent let ring out', () => {
  const passedOver = request({ passOver: { amy: NOW } });

  it('passes them over for a while, though nobody else is there', () => {
    expect(mismatch(entry(), passedOver, anybody, NOW - 1)).toMatch(/^let this request ring out/);
  });

  it('may be offered to them again after that', () => {
    expect(mismatch(entry(), passedOver, anybody, NOW)).toBeNull();
  });

  it('is for everybody else at once', () => {
    expect(mismatch(entry({}, { agentId: 'bob' }), passedOver, anybody, NOW - 1)).toBeNull();
  });

  it('does not keep them from other requests', () => {
    expect(mismatch(entry(), request(), anybody, NOW - 1)).toBeNull();
  });
});

describe('A request for a colleague', () => {
  const amysRequest = { by: { id: 'amy', name: 'amy' }, note: null };

  it.each<[string, Task['direction'] | null, string, boolean]>([
    ...ASKABLE.flatMap((direction): [string, Task['direction'], string, boolean][] => [
      ['is not for the one who asks', direction, 'amy', false],
      ['is for anybody else', direction, 'bob', true],
    ]),
    ['of nobody, as when a customer goes back to the queue, is for anybody', null, 'amy', true],
  ])('%s: %s, %s', (_, direction, agentId, fits) => {
    const wanted = request(direction ? { direction, request: amysRequest } : { priority: 11 });
    expect(mismatch(entry({}, { agentId }), wanted, anybody, NOW)).toBe(fits ? null : 'asked for this colleague');
  });

  it.each(ASKABLE)('is for nobody else either who let it ring out: %s', (direction) => {
    const wanted = request({ direction, request: amysRequest, passOver: { bob: NOW + 1 } });
    expect(mismatch(entry({}, { agentId: 'bob' }), wanted, anybody, NOW)).toMatch(/^let this request ring out/);
  });
});

describe('Who is in a conversation, though they are free, is not offered', () => {
  const PARTS: Part[] = ['PRIMARY', 'ASSISTANT', 'SILENT_MONITOR', 'WHISPER', 'BARGED_IN'];
  const there = (part: Part) => talk({ amy: 'PRIMARY', carol: 'PRIMARY', sam: part });
  const offered = (world: World, agentId: string) => decided(world, offer(pending(world).id, agentId)).world;

  it.each(PARTS.flatMap((part) => ASKABLE.map((direction) => [direction, part] as const)))(
    'a %s of it as %s',
    (direction, part) => {
      const { world } = decided(there(part), asks('amy', direction));
      expect([...routableEntries(member(world.agents, 'sam')).values()]).toHaveLength(1);
      expect(offered(world, 'sam')).toBe(world);
      expect(pending(offered(among(world, agent('bob')), 'bob'))).toMatchObject({ assignedTo: { id: 'bob' } });
    },
  );

  it('but for its customer while they wrap up', () => {
    const { conversation, ...rest } = talk({ sam: 'WRAP_UP' });
    const world = { ...rest, conversation: { ...conversation, tasks: { ...conversation.tasks, t1: queued() } } };
    expect(pending(offered(world, 'sam'))).toMatchObject({ assignedTo: { id: 'sam' } });
  });
});

describe('A request that nobody matches', () => {
  it('does not hold up the one behind it', () => {
    const english = { steps: [step(600, ['english', '>=', 5])] };
    const queues: Record<string, Steps> = { english, support: anybody };
    const first = queued('first', { priority: 10, rules: rules({ queue: { id: 'english', name: 'english' } }) });
    const line = [first, queued('second')].flatMap((task) => [...waitingEntries(arrival([task]).conversation)]);
    const matched = line.filter(
      ([, waiting]) => mismatch(entry(), waiting, queues[waiting.queueId] ?? anybody, NOW) === null,
    );
    expect(matched.map(([, { taskId }]) => taskId)).toEqual(['second']);
  });
});
