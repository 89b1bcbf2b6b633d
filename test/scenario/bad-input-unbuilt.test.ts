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
  'directConferenceRequest',
  'consultTransferRequest',
  'consultConferenceRequest',
  'consultRequest',
  'directTransferRequest',
  'unsubscribePullModeList',
  'JoinAsSilentMonitor',
  'joinAsWhisper',
  'joinAsBargeIn',
  'subscribePullModeList',
  'joinPullModeRequest',
  'deletePullModeRequest',
  'pauseConversation',
  'resumeConversation',
] as const satisfies AgentEventName[];

const isUnbuilt = (event: AgentEventName): event is (typeof unbuilt)[number] =>
  (unbuilt as readonly string[]).includes(event);

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
  it('is one of fourteen', () => expect(unbuilt).toHaveLength(14));

  it.each(unbuilt)('is refused as such: %s', (event) => says(event, event));

  it.each(Object.entries(aliases).filter(([, event]) => isUnbuilt(event)))(
    'is refused as such by its other name "%s" for %s',
    (alias, event) => says(alias, event),
  );
});

describe('An event that is built', () => {
  it.each(Object.entries(aliases).filter(([, event]) => !isUnbuilt(event)))(
    'is done by its other name "%s" for %s',
    async (alias) => {
      const { conversationId } = await centre.customer(await centre.queue());
      expect(await amy.desk.ask(alias, { conversationId, agentId: amy.person.id })).toMatchObject({ status: 'ok' });
    },
  );
});
