/** What the protocol knows and this version does not do: it says so, under every name, and never looks as if it had worked. */
import { describe, expect, it } from 'vitest';
import { agentEvents, aliases, type AgentEventName } from '../../shared/protocol/agent-events.ts';
import { agentSamples } from '../fixtures/samples.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { refusal, standingAgent } from '../support/refusal.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ environment: { LEASE_SECONDS: '600', GRACE_SECONDS: '600' } });
const amy = standingAgent(centre);

const unbuilt = [
  'unsubscribePullModeList',
  'subscribePullModeList',
  'joinPullModeRequest',
  'deletePullModeRequest',
] as const satisfies AgentEventName[];

/** The payload as a real desk sends it, by the agent who is connected here. */
function payloadOf(event: AgentEventName): object {
  return { ...agentEvents[event].parse(agentSamples[event]), agentId: amy.person.id };
}

async function says(action: string, event: AgentEventName): Promise<void> {
  const told = await withoutTrace(centre.stack, () =>
    refusal(amy.desk, JSON.stringify({ action, data: payloadOf(event), id: 'u1' })),
  );
  expect(told).toMatchObject({ task: event, code: 'event.notImplemented', id: 'u1' });
  expect(amy.desk.frames).toEqual([
    { event: 'ack', data: { id: 'u1', status: 'error', code: 'event.notImplemented', msg: told.msg } },
  ]);
}

describe('An event that is not built yet', () => {
  it('is one of four', () => expect(unbuilt).toHaveLength(4));

  it.each(unbuilt)('is refused as such: %s', (event) => says(event, event));
});

describe('An event that is built', () => {
  it.each(Object.entries(aliases))('answers by its other name "%s" as by its own, %s', async (alias, event) => {
    const { conversationId } = await centre.customer(await centre.queue());
    const payload = { ...payloadOf(event), conversationId };
    const { id: _, ...own } = await amy.desk.ask(event, payload);
    const { id: __, ...other } = await amy.desk.ask(alias, payload);
    expect(other).toEqual(own);
    expect(other).not.toMatchObject({ code: 'event.unknown' });
  });
});
