/** What the platform sends again after the end is answered as it was, and begins nothing anew. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre, customerMessage, webSession } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';
import { scene } from '../support/scene.ts';

const centre = contactCentre();

const starts = (sessionId: string) => centre.call('POST', '/conversations', { channelSession: webSession(sessionId) });
const adds = (conversationId: string, event: object) =>
  centre.call('POST', `/conversations/${conversationId}/events`, event);
const fact = (name: string, data: object) => ({ id: randomUUID(), name, type: 'NOTIFICATION', data });

describe('A message that was taken', () => {
  it('is answered with its old place once the conversation is closed, and is not there twice', async () => {
    const customer = await centre.customer(await centre.queue());
    const { conversationId, sessionId } = customer;
    const seq = await customer.says('Hello?', 'm1');
    await customer.leaves();
    const again = await adds(conversationId, customerMessage(sessionId, 'Hello?', 'm1'));
    expect(again).toEqual({ status: 202, body: { seq } });
    const late = await adds(conversationId, customerMessage(sessionId, 'Are you there?', 'm2'));
    expect(late).toMatchObject({ status: 409, body: { code: 'conversation.closed' } });
    expect((await logOf(centre, conversationId)).filter(({ name }) => name === 'CUSTOMER_MESSAGE')).toHaveLength(1);
  });

  it('of an agent is answered so once they have left; those of others are not shown to them', async () => {
    const { amy, bob, customer, conversationId } = await scene(centre);
    const says = (desk: typeof amy.desk, id: string) =>
      desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Bye', id) });
    const { seq } = await says(amy.desk, 'mine');
    await customer.says('Wait', 'theirs');
    await amy.desk.ask('topicUnsubscription', { conversationId });
    expect(await says(amy.desk, 'mine')).toMatchObject({ status: 'ok', seq });
    const refused = { status: 'error', code: 'conversation.notParticipant' };
    expect(await says(amy.desk, 'theirs')).toMatchObject(refused);
    expect(await says(bob.desk, 'mine')).toMatchObject(refused);
  });
});

describe('A channel session', () => {
  it('that has ended begins no conversation, and is not the answer for one', async () => {
    const customer = await centre.customer(await centre.queue());
    expect(await starts(customer.sessionId)).toMatchObject({ status: 200 });
    await customer.leaves();
    expect(await starts(customer.sessionId)).toMatchObject({ status: 409, body: { code: 'channelSession.closed' } });
  });

  it('that came to a conversation begins no second one, and comes to no other', async () => {
    const queue = await centre.queue();
    const [{ conversationId }, other] = await Promise.all([centre.customer(queue), centre.customer(queue)]);
    const second = randomUUID();
    const comes = fact('CHANNEL_SESSION_STARTED', webSession(second));
    expect(await adds(conversationId, comes)).toMatchObject({ status: 202 });
    expect(await starts(second)).toEqual({ status: 200, body: { conversationId } });
    const elsewhere = await adds(other.conversationId, fact('CHANNEL_SESSION_STARTED', webSession(second)));
    expect(elsewhere).toMatchObject({ status: 409, body: { code: 'state.invalid' } });
    expect(await adds(conversationId, fact('CHANNEL_SESSION_ENDED', { id: second }))).toMatchObject({ status: 202 });
    expect(await starts(second)).toMatchObject({ status: 409, body: { code: 'channelSession.closed' } });
  });

  it('that has ended neither comes back nor ends again', async () => {
    const { conversationId } = await centre.customer(await centre.queue());
    const [first, second] = [randomUUID(), randomUUID()];
    for (const id of [first, second]) {
      await adds(conversationId, fact('CHANNEL_SESSION_STARTED', webSession(id)));
      await adds(conversationId, fact('CHANNEL_SESSION_ENDED', { id }));
    }
    for (const id of [first, second]) {
      const again = [fact('CHANNEL_SESSION_STARTED', webSession(id)), fact('CHANNEL_SESSION_ENDED', { id })];
      for (const event of again)
        expect(await adds(conversationId, event)).toMatchObject({
          status: 409,
          body: { code: 'channelSession.closed' },
        });
    }
  });
});
