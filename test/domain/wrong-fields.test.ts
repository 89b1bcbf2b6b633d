/**
 * Every field of everything that desks and the platform send, missing and of every wrong kind: the
 * refusal names that field.
 */
import { describe, expect, it } from 'vitest';
import { agentEvents, type AgentEventName } from '../../shared/protocol/agent-events.ts';
import { platformBodies } from '../fixtures/platform-bodies.ts';
import { agentSamples, changeOfMrd } from '../fixtures/samples.ts';
import { mutations } from '../support/mutations.ts';

const events = (Object.keys(agentEvents) as AgentEventName[]).filter((name) => name !== 'heartbeat');
const payloads = events.map((name) => ({ what: `a ${name}`, schema: agentEvents[name], sample: agentSamples[name] }));
const ofMrd = { what: 'a changeAgentState of an MRD', schema: agentEvents.changeAgentState, sample: changeOfMrd };

describe('A wrong field', () => {
  it.each([...payloads, ofMrd, ...platformBodies])('of $what is named by the refusal', ({ schema, sample }) => {
    const wrong = mutations(schema, schema.parse(sample));
    expect(wrong.length).toBeGreaterThan(10);
    for (const { field, name, complaint } of wrong) {
      const [path = ''] = complaint.split(': ');
      expect(within(path, field) || within(field, path), `${name}: ${complaint}`).toBe(true);
    }
  });
});

/** The field, or a member of it; a value that fits none of several shapes is refused as a whole. */
function within(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`);
}
