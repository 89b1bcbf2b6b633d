/**
 * Lines: which queues an agent can serve, each from which step on. Whoever has the same line is
 * alike to routing.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineOf, poolLines, poolOfMrd, poolOfQueue } from '../../shared/domain/routing/lines.ts';
import { unmet } from '../../shared/domain/routing/routing.ts';
import { firstStep, openSteps } from '../../shared/domain/routing/steps.ts';
import type { Queue } from '../../shared/protocol/shapes/config.ts';
import { NOW } from '../support/world.ts';

type Sketch = Pick<Queue, 'mrdId' | 'steps'> & { id: string };

const step = (attribute: string, value: number, timeoutSeconds = 10): Queue['steps'][number] => {
  return { timeoutSeconds, expressions: [{ attribute, operator: '>=', value }] };
};
const english: Sketch = { id: 'english', mrdId: 'CHAT', steps: [step('english', 8), step('english', 4)] };
const anybody: Sketch = { id: 'anybody', mrdId: 'CHAT', steps: [] };
const calls: Sketch = { id: 'calls', mrdId: 'VOICE', steps: [] };
const queues = [english, anybody, calls];

describe('A line', () => {
  it('is the queues of an MRD that the agent can serve, each with the first step that admits them', () => {
    expect(lineOf('CHAT', { english: 9 }, queues).queues).toEqual({ anybody: 0, english: 0 });
    expect(lineOf('CHAT', { english: 5 }, queues).queues).toEqual({ anybody: 0, english: 1 });
    expect(lineOf('CHAT', {}, queues).queues).toEqual({ anybody: 0 });
    expect(lineOf('VOICE', { english: 9 }, queues).queues).toEqual({ calls: 0 });
  });

  it('is the same for all who serve the same, whatever else they are, and in whatever order the queues come', () => {
    const { id } = lineOf('CHAT', { english: 9 }, queues);
    expect(lineOf('CHAT', { english: 8, sales: true }, queues.toReversed()).id).toBe(id);
    expect(lineOf('CHAT', { english: 7 }, queues).id).not.toBe(id);
    expect(lineOf('VOICE', { english: 9 }, queues).id).not.toBe(id);
  });

  it('is found in each of its queues and, last, on its MRD', () => {
    const line = lineOf('CHAT', { english: 5 }, queues);
    const rows = poolLines(line, 1).map(({ pool, row }) => [pool, row.step]);
    expect(rows).toEqual([
      [poolOfQueue('anybody'), 0],
      [poolOfQueue('english'), 1],
      [poolOfMrd('CHAT'), 0],
    ]);
  });

  it('says of any agent, queue and moment whether a step admits them', () => {
    const attributes = fc.dictionary(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 }));
    const expression = fc.record({
      attribute: fc.constantFrom('a', 'b'),
      operator: fc.constantFrom('==', '!=', '>', '>=', '<', '<='),
      value: fc.integer({ min: 0, max: 3 }),
    });
    const steps = fc.array(
      fc.record({
        expressions: fc.array(expression, { maxLength: 2 }),
        timeoutSeconds: fc.integer({ min: 1, max: 9 }),
      }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(attributes, steps, fc.integer({ min: 0, max: 40_000 }), (person, wanted, ms) => {
        const queue = { steps: wanted };
        const first = firstStep(queue, person);
        const open = Math.max(1, openSteps(queue, NOW, NOW + ms).length);
        expect(unmet(queue, person, NOW, NOW + ms) === null).toBe(first !== null && first < open);
      }),
    );
  });
});
