/**
 * A desk that was away for too long: its agent was logged out meanwhile, and what they held went to
 * others.
 */
import { describe, expect, it } from 'vitest';
import { ENDED_WHILE_AWAY } from '../../shared/client/session/inbox.ts';
import { accepts, agentsOf, first } from '../support/agents.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { agentOf } from '../support/platform.ts';

const centre = contactCentre({ environment: { GRACE_SECONDS: '1' } });
const agents = agentsOf(centre);

describe('A desk that comes back after its agent was logged out', () => {
  it('is told that its conversations are over, and works on', async () => {
    const queue = await centre.queue();
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    let away = Promise.resolve();
    const token = async () => away.then(() => person.token());
    const agent = await agents.connect(person, { token, openTimeoutMs: 90_000, requestTimeoutMs: 90_000 });
    await agent.setState('READY');
    const customer = await centre.customer(queue);
    const conversation = await accepts(agent);

    let comesBack = () => {};
    away = new Promise((resolve) => (comesBack = resolve));
    centre.stack.gateway.dropConnection(agent.id);
    const reply = conversation.send('Are you there?').catch((error: unknown) => error);
    await centre.eventually(
      async () => ((await agentOf(centre, agent.id)).state.name === 'LOGOUT' ? true : undefined),
      60_000,
    );
    comesBack();
    expect(await conversation.ended).toBe(ENDED_WHILE_AWAY);
    expect(await reply).toMatchObject({ code: 'conversation.notParticipant' });
    expect(agent.state).toBe('connected');
    expect(agent.presence.state.name).toBe('NOT_READY');

    await agent.setState('READY');
    const again = await accepts(agent);
    expect(again.id).toBe(customer.conversationId);
    expect(again).not.toBe(conversation);
    await again.send('Now I am.');
    await first(again.events(), ({ name }) => name === 'AGENT_MESSAGE');
  });
});
