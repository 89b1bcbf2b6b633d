/**
 * The other names under which public desks send events: each is answered as the event is by its own
 * name.
 */
import { expect, it } from 'vitest';
import { agentEvents, aliases } from '../../shared/protocol/agent-events.ts';
import { agentSamples } from '../fixtures/samples.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { standingAgent } from '../support/refusal.ts';

const centre = contactCentre();
const amy = standingAgent(centre);

it.each(Object.entries(aliases))('An event answers by its other name "%s" as by its own, %s', async (alias, event) => {
  const { conversationId } = await centre.customer(await centre.queue());
  const sample: object = { ...agentEvents[event].parse(agentSamples[event]), agentId: amy.person.id };
  const payload = { ...sample, conversationId };
  const { id: _, ...own } = await amy.desk.ask(event, payload);
  const { id: __, ...other } = await amy.desk.ask(alias, payload);
  expect(other).toEqual(own);
  expect(other).not.toMatchObject({ code: 'event.unknown' });
});
