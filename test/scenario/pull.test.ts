/**
 * Pull mode from the list to the end: a customer waits where agents look, is picked, left, picked
 * again and closed.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { joins, listOf, news, waitsOn, watcher } from '../support/lists.ts';
import { agentOf, conversationOf } from '../support/platform.ts';

const centre = contactCentre();

describe('A customer on a list', () => {
  it('is told of, picked, left behind and told of again, until they go', async () => {
    const list = await listOf(centre);
    const [amy, bob] = await Promise.all([watcher(centre, list), watcher(centre, list)]);
    const customer = await waitsOn(centre, list);
    const id = customer.conversationId;

    for (const { desk } of [amy, bob]) {
      const { type, request } = await news(desk, id, 'CREATED');
      expect(type).toBe('PULL_MODE_LIST_REQUEST_RECEIVED');
      expect(request).toMatchObject({
        id,
        listId: list,
        channelSession: { id: customer.sessionId, conversationId: id },
      });
    }
    await joins(amy, id);
    for (const { desk } of [amy, bob])
      expect((await news(desk, id, 'ACTIVE')).type).toBe('PULL_MODE_LIST_REQUEST_STATE_CHANGED');

    await customer.says('Anybody there?');
    await amy.desk.cim('CUSTOMER_MESSAGE');
    const answer = await amy.desk.ask('publishCimEvent', { conversationId: id, cimEvent: agentMessage('Yes.') });
    expect(answer).toMatchObject({ status: 'ok' });
    amy.desk.send('topicUnsubscription_', { conversationId: id });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('UNSUBSCRIBED');
    for (const { desk } of [amy, bob]) await news(desk, id, 'INACTIVE');
    expect(await conversationOf(centre, id)).toMatchObject({ state: 'INACTIVE', tasks: [], list: { id: list } });

    await joins(bob, id);
    await customer.leaves();
    expect((await bob.desk.next('topicUnsubscription')).data.reason).toBe('CUSTOMER LEFT');
    for (const { desk } of [amy, bob]) await news(desk, id, 'CLOSING');
    expect(await conversationOf(centre, id)).toMatchObject({ state: 'CLOSED', list: null });
    expect((await agentOf(centre, bob.id)).tasks).toEqual([]);
  });
});
