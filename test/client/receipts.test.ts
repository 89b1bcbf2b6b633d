/**
 * The client confirms each offer that has arrived, so that one which has not goes to another agent
 * at once.
 */
import { describe, expect, it } from 'vitest';
import { agentsOf, first } from '../support/agents.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { itemOf } from '../support/engines.ts';
import { agentOf } from '../support/platform.ts';

const centre = contactCentre();
const agents = agentsOf(centre);

/** Two agents of a queue in which an offer rings for ten minutes. */
async function two() {
  const queue = await centre.queue({ acceptSeconds: 600, requestTtlSeconds: 900 });
  return { queue, amy: await agents.ready([queue], { heartbeatMs: 60_000 }), bob: await agents.ready([queue]) };
}

describe('An offer', () => {
  it('is confirmed by the client, before its desk has done anything', async () => {
    const { queue, amy } = await two();
    const { conversationId } = await centre.customer(queue);
    await first(amy.agent.offers());
    expect((await itemOf(centre.stack, `AGENT#${amy.person.id}`, 'STATE'))['session']).toMatchObject({
      receipts: true,
    });
    await centre.eventually(async () => {
      const { tasks } = await itemOf(centre.stack, `CONVERSATION#${conversationId}`, 'HEAD');
      const [task] = Object.values(tasks as Record<string, { phase: string; receipt?: object }>);
      return task?.phase === 'RESERVED' && !task.receipt ? true : undefined;
    });
  });

  it('of a laptop that was shut without a word goes to the next agent', async () => {
    const { queue, amy, bob } = await two();
    centre.stack.gateway.dropConnection(amy.person.id, { silently: true });
    amy.agent.close();
    const { conversationId } = await centre.customer(queue);
    expect((await first(bob.agent.offers())).conversationId).toBe(conversationId);
    expect((await agentOf(centre, amy.person.id)).connected).toBe(false);
  });
});
