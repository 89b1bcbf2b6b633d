/**
 * Pull lists through the typed client: an agent sees what waits, picks, puts back, and loses no
 * news over a reconnect.
 */
import { describe, expect, it } from 'vitest';
import { agentsOf, first } from '../support/agents.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { listOf, waitsOn } from '../support/lists.ts';

const centre = contactCentre();
const agents = agentsOf(centre);

describe('An agent who watches a list', () => {
  it('sees who waits, picks one, and passes them on to another list', async () => {
    const list = await listOf(centre);
    const early = await waitsOn(centre, list);
    const agent = await agents.connect(await centre.person());
    await agent.lists.subscribe(list);
    await first(agent.pullRequests(), (requests) => requests.some(({ id }) => id === early.conversationId));
    expect(agent.lists.subscribed).toMatchObject([{ id: list }]);
    const late = await waitsOn(centre, list);
    const both = await first(agent.pullRequests(), ({ length }) => length === 2);
    expect(both.map(({ id, status }) => [id, status])).toEqual([
      [early.conversationId, 'CREATED'],
      [late.conversationId, 'CREATED'],
    ]);

    await early.says('Is anybody there?');
    const conversation = await agent.lists.join(early.conversationId);
    await first(conversation.events(), ({ name }) => name === 'CUSTOMER_MESSAGE');
    await conversation.send('I am.');
    await first(agent.pullRequests(), ([request]) => request?.status === 'ACTIVE');
    await conversation.transfer({ list: await listOf(centre) });
    expect(await conversation.ended).toBe('CHAT TRANSFERRED');
    await first(agent.pullRequests(), ({ length }) => length === 1);

    await agent.lists.unsubscribe(list);
    await first(agent.pullRequests(), ({ length }) => length === 0);
    await expect(agent.lists.join(early.conversationId)).rejects.toMatchObject({ code: 'pull.notSubscribed' });
  });

  it('sees after a reconnect what changed meanwhile', async () => {
    const list = await listOf(centre);
    const stays = await waitsOn(centre, list);
    const goes = await waitsOn(centre, list);
    const agent = await agents.connect(await centre.person(), { backoff: { baseMs: 1_000, maxMs: 1_000 }, random: () => 1 }); // prettier-ignore
    await agent.lists.subscribe(list);
    await first(agent.pullRequests(), ({ length }) => length === 2);
    centre.stack.gateway.dropConnection(agent.id);
    await first(agent.connectionStates(), (state) => state === 'connecting');
    await goes.leaves();
    const requests = await first(agent.pullRequests(), ({ length }) => length === 1);
    expect(requests).toMatchObject([{ id: stays.conversationId, listId: list }]);
  });

  it('may close a request only with the right to', async () => {
    const list = await listOf(centre);
    const { conversationId } = await waitsOn(centre, list);
    const agent = await agents.connect(await centre.person());
    await expect(agent.lists.remove(conversationId)).rejects.toMatchObject({ code: 'role.forbidden' });
  });
});
