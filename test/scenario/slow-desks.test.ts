/**
 * Two agents in one conversation, and the desk of one is slow, full or dead. The other hears
 * everything at once, and nobody's request fails.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { agentOf, conversationOf } from '../support/platform.ts';
import { join, talk } from '../support/talk.ts';

const centre = contactCentre();

/** Amy and Bob talk with a customer. `trouble` begins for Bob's desk, and says how it ends. */
async function two(trouble: (agentId: string, connectionId: string) => (() => void) | void) {
  const amy = await talk(centre);
  const bob = await join(centre, amy, 'INBOUND');
  const connections = centre.stack.gateway.connections();
  const connectionId = connections.find(({ principalId }) => principalId === bob.person.id)?.connectionId ?? '';
  const end = trouble(bob.person.id, connectionId) ?? (() => {});
  const publish = (id: string) => ({ conversationId: amy.conversationId, cimEvent: agentMessage('Hello', id) });
  const participants = async () =>
    (await conversationOf(centre, amy.conversationId)).participants.map(
      (each: { participant: { id: string } }) => each.participant.id,
    );
  return { amy, bob, end, publish, participants };
}

/** Every post to this connection is held back until it is let go. */
function held(connectionId: string): () => void {
  let release = () => {};
  const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
  const stop = centre.stack.gateway.interceptPosts((post) =>
    post.connectionId === connectionId ? released : undefined,
  );
  return () => {
    stop();
    release();
  };
}

describe('A message', () => {
  it('is shown to one desk while the other has not taken it yet', async () => {
    const { amy, bob, end, publish } = await two((_, connectionId) => held(connectionId));
    amy.desk.send('publishCimEvent', publish('s-1'));
    await amy.desk.cim('AGENT_MESSAGE', ({ id }) => id === 's-1');
    expect(bob.desk.frames).toEqual([]);
    end();
    await bob.desk.cim('AGENT_MESSAGE', ({ id }) => id === 's-1');
  });

  it('is acknowledged though the other desk is never told, and who sits there stays in the conversation', async () => {
    const { amy, bob, end, publish, participants } = await two((_, connectionId) => held(connectionId));
    expect(await amy.desk.ask('publishCimEvent', publish('s-2'))).toMatchObject({ status: 'ok' });
    expect((await participants()).toSorted()).toEqual([amy.person.id, bob.person.id].toSorted());
    end();
    amy.desk.send('publishCimEvent', publish('s-3'));
    await bob.desk.cim('AGENT_MESSAGE', ({ id }) => id === 's-3');
  });

  it.each([429, 500, 413])('is acknowledged though the other desk cannot be told: %s', async (status) => {
    const { amy, bob, publish, participants } = await two((agentId) => {
      centre.stack.gateway.failNextPost(status, status === 413 ? 1 : 6, agentId);
    });
    expect(await amy.desk.ask('publishCimEvent', publish('s-4'))).toMatchObject({ status: 'ok' });
    await amy.desk.cim('AGENT_MESSAGE', ({ id }) => id === 's-4');
    expect((await participants()).toSorted()).toEqual([amy.person.id, bob.person.id].toSorted());
    amy.desk.send('publishCimEvent', publish('s-5'));
    await bob.desk.cim('AGENT_MESSAGE', ({ id }) => id === 's-5'); // what it lacks, it can ask for: `seq` shows the gap
    const { data } =
      (bob.desk.send('replayTopic', { conversationId: amy.conversationId, afterSeq: 0 }),
      await bob.desk.next('onTopicReplay', ({ events }) => JSON.stringify(events).includes('s-4')));
    expect(data.conversationId).toBe(amy.conversationId);
  });

  it('is acknowledged though the other desk has gone, which is then known', async () => {
    const { amy, bob, publish } = await two((agentId) => centre.stack.gateway.failNextPost(410, 1, agentId));
    expect(await amy.desk.ask('publishCimEvent', publish('s-6'))).toMatchObject({ status: 'ok' });
    await amy.desk.cim('AGENT_MESSAGE', ({ id }) => id === 's-6');
    const connected = async () => (await agentOf(centre, bob.person.id)).connected;
    await centre.poll(connected).toBe(false); // whoever asked had their answer first
  });

  it('of the customer is taken though neither desk can be told', async () => {
    const { amy, bob, end } = await two((_, connectionId) => held(connectionId));
    centre.stack.gateway.failNextPost(500, 6, amy.person.id);
    expect(await amy.customer.says('Hello?')).toBeGreaterThan(0);
    end();
    expect(await amy.customer.says('Still there?')).toBeGreaterThan(0);
    for (const { desk } of [amy, bob]) {
      await desk.cim('CUSTOMER_MESSAGE', ({ body }) => body.markdownText === 'Still there?');
    }
  });
});
