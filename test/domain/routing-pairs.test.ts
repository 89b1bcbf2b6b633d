/**
 * Who gets which request where many meet at once: as if each in line chose in turn, whoever works
 * it out and however many there are.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairs, type Routable, type Waiting } from '../../shared/domain/routing/routing.ts';

const entry = (agentId: string, free = 1, skill = 1): Routable => {
  return { agentId, mrdId: 'CHAT', since: 1, free, attributes: { skill }, line: '' };
};
const request = (taskId: string, queueId = 'any'): Waiting => {
  const place = {
    queuePriority: 1,
    priority: 1,
    enqueuedAt: 1,
    routedSince: 1,
    passOver: {},
    requestedBy: null,
    stray: false,
  };
  return { ...place, taskId, conversationId: `c-${taskId}`, mrdId: 'CHAT', queueId };
};
const fits = ({ free, attributes }: Routable, { queueId }: Waiting) =>
  free > 0 && (queueId === 'any' || attributes['skill'] === Number(queueId));
const names = (line: Waiting[], agents: Routable[]) =>
  pairs(line, agents, fits).map((pair) => `${pair.request.taskId}-${pair.entry.agentId}`);

describe('Requests that wait at the same moment', () => {
  it('go to one agent each, the first in line to the longest available', () => {
    expect(names([request('r'), request('s')], [entry('a'), entry('b'), entry('c')])).toEqual(['r-a', 's-b']);
  });

  it('go round where agents have more places, and wait where there are none left', () => {
    const line = ['r', 's', 't', 'u'].map((id) => request(id));
    expect(names(line, [entry('a', 2), entry('b', 1)])).toEqual(['r-a', 's-b', 't-a']);
  });

  it('leave an agent to whoever is next where they do not fit, and take none from those behind', () => {
    const line = [request('r', '2'), request('s', '3'), request('t')];
    expect(names(line, [entry('a', 1, 1), entry('b', 1, 2)])).toEqual(['r-b', 't-a']);
  });

  it('come to what each would have chosen in turn, whatever they are', () => {
    const lines = fc.array(fc.constantFrom('any', '1', '2', '3', '4'), { maxLength: 12 });
    const people = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 })), { maxLength: 8 });
    fc.assert(
      fc.property(lines, people, (queues, sketches) => {
        const line = queues.map((queueId, index) => request(`r${index}`, queueId));
        const agents = sketches.map(([free, skill], index) => entry(`a${index}`, free, skill));
        const inTurn: string[] = [];
        let order = agents;
        for (const next of line) {
          const found = order.find((candidate) => fits(candidate, next));
          if (!found) continue;
          inTurn.push(`${next.taskId}-${found.agentId}`);
          order = [...order.filter((other) => other !== found), { ...found, free: found.free - 1 }];
        }
        expect(names(line, agents)).toEqual(inTurn);
      }),
    );
  });
});
