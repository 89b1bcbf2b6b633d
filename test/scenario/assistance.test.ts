/** An agent asks for a colleague: transfers, conferences, consults. */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';

const centre = contactCentre();

/** Amy talks with a customer of a queue; Bob is ready for another queue. */
async function amyAndBob(wrapUp = { enabled: false }): Promise<{
  amy: Desk;
  bob: Desk;
  bobId: string;
  conversationId: string;
  sales: string;
  customer: Awaited<ReturnType<typeof centre.customer>>;
}> {
  const [support, sales] = [
    await centre.queue({ wrapUp }),
    await centre.queue({ wrapUp, acceptSeconds: 1, requestTtlSeconds: 3 }),
  ];
  const amy = await (await centre.person(['agent'], { attributes: { [support]: 1 } })).ready();
  const bobPerson = await centre.person(['agent'], { attributes: { [sales]: 1 } });
  const bob = await bobPerson.ready();
  const customer = await centre.customer(support);
  const { conversationId } = customer;
  await amy.accept();
  return { amy, bob, bobId: bobPerson.id, conversationId, sales, customer };
}

describe('A transfer', () => {
  it('to a queue ends the part of the one who asked, and the colleague takes over', async () => {
    const { amy, bob, conversationId, sales, customer } = await amyAndBob();
    amy.send('directTransferRequest', { conversationId, mode: 'queue', queueName: sales, note: 'wants to buy' });
    await amy.next('agentAssistanceRequestPlaced');
    expect((await amy.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    const { data } = await bob.next('taskRequest');
    expect(data).toMatchObject({ taskDirection: 'DIRECT_TRANSFER', note: 'wants to buy' });
    bob.send('topicSubscription', { conversationId, taskId: data.taskId });
    const topic = await bob.next('onTopicData');
    expect(topic.data.topicData.topicParticipant['role']).toBe('PRIMARY');
    await customer.says('Hello sales');
    await bob.cim('CUSTOMER_MESSAGE');
  });

  it('that nobody takes brings the customer back to the queue they came from', async () => {
    const { amy, bob, conversationId, sales } = await amyAndBob();
    await amy.become('READY');
    await bob.become('NOT_READY');
    amy.send('directTransferRequest', { conversationId, mode: 'queue', queueName: sales });
    await amy.next('topicUnsubscription');
    const again = await amy.next('taskRequest');
    expect(again.data).toMatchObject({ conversationId, taskDirection: 'INBOUND' });
  });
});

describe('A consulted colleague', () => {
  it('assists unseen, then takes over without ringing', async () => {
    const { amy, bob, bobId, conversationId } = await amyAndBob();
    amy.send('consultRequest', { conversationId, mode: 'agent', requestedAgentId: bobId, offerToAgent: true });
    await amy.next('agentAssistanceRequestPlaced');
    expect((await amy.next('agentAssignedForAssistance')).data.type).toBe('consult');
    const topic = await bob.accept();
    expect(topic.data.topicData.topicParticipant['role']).toBe('ASSISTANT');
    expect(await bob.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('hi') })).toMatchObject({
      code: 'message.forbidden',
    });
    amy.send('consultTransferRequest', { conversationId, mode: 'agent', requestedAgentId: bobId, offerToAgent: false });
    await amy.next('consulTransferRequestSuccess');
    expect((await amy.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    const { data } = await bob.cim(
      'PARTICIPANT_ROLE_CHANGED',
      ({ conversationParticipant }) => conversationParticipant.role === 'PRIMARY',
    );
    expect(data.conversationParticipant.participant.id).toBe(bobId);
    expect(await bob.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('hi') })).toMatchObject({
      status: 'ok',
    });
  });
});

describe('A supervisor', () => {
  it('watches, whispers and steps in', async () => {
    const { amy, conversationId } = await amyAndBob();
    const sam = await (await centre.person(['agent', 'supervisor'])).connect();
    sam.send('JoinAsSilentMonitor', { conversationId });
    expect((await sam.next('onTopicData')).data.topicData.topicParticipant['role']).toBe('SILENT_MONITOR');
    expect(await sam.ask('joinAsWhisper', { conversationId })).toMatchObject({ status: 'ok' });
    expect(await sam.ask('joinAsBargeIn', { conversationId })).toMatchObject({ status: 'ok' });
    await amy.cim(
      'PARTICIPANT_ROLE_CHANGED',
      ({ conversationParticipant }) => conversationParticipant.role === 'PRIMARY',
    );
    expect(
      await sam.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('I am the supervisor') }),
    ).toMatchObject({ status: 'ok' });
  });
});
