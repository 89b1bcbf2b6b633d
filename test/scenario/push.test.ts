/** One agent, one customer, from the offer to the end. */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();

describe('A customer and an agent', () => {
  it('talk from the offer to the wrap-up, and the agent is free again', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: true, seconds: 30 } });
    const amy = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const jo = await centre.customer(queue);
    const topic = await amy.accept();
    expect(topic.data.topicData.topicEvents.map(({ name }) => name)).toContain('AGENT_SUBSCRIBED');
    await amy.next('agentPresence_', ({ agentPresence }) =>
      agentPresence.agentMrdStates.some(({ state }) => state === 'ACTIVE'),
    );

    await jo.says('Hello?');
    const hello = await amy.cim('CUSTOMER_MESSAGE');
    expect(hello.data.body.markdownText).toBe('Hello?');
    amy.send('publishCimEvent', { conversationId: jo.conversationId, cimEvent: agentMessage('Good morning.', 'm1') });
    const echo = await amy.cim('AGENT_MESSAGE');
    expect(echo.data.id).toBe('m1');
    expect(echo.seq).toBe(hello.seq + 1);

    await jo.leaves();
    const timer = await amy.next('wrapupTimerStarted');
    expect(timer.data.duration).toBe(30);
    const wrapUp = agentMessage('', 'w1');
    amy.send('closeWrapup', {
      conversationId: jo.conversationId,
      cimEvent: {
        ...wrapUp,
        data: {
          ...wrapUp.data,
          body: { type: 'WRAPUP', wrapups: [{ categoryName: 'sale', value: 'sold' }], note: 'fine' },
        },
      },
    });
    expect((await amy.next('topicUnsubscription')).data.reason).toBe('UNSUBSCRIBED');
    await amy.next('topicClosed');
    await amy.next('agentPresence_', ({ agentPresence }) =>
      agentPresence.agentMrdStates.every(({ state }) => state === 'READY'),
    );
    const { body } = await centre.call('GET', `/conversations/${jo.conversationId}`);
    expect(body).toMatchObject({ state: 'CLOSED', participants: [], tasks: [] });
  });
});
