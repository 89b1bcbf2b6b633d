/**
 * A customer who comes back by one channel after the other: what they said by the ended ones stays
 * readable, and the conversation stays small.
 */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { agentMessage, contactCentre, customerMessage, webSession } from '../support/contact-centre.ts';
import { itemOf } from '../support/engines.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre();
const ROUNDS = 5;

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly channelSession?: { readonly id: string };
  readonly data: { readonly id?: string; readonly header?: { readonly channelSession?: { readonly id: string } } };
}

it('Every message keeps the channel by which it came, also when that has ended long ago', async () => {
  const { desk, conversationId, customer, topic } = await talk(centre);
  const add = async (event: object, status = 202) => {
    const answer = await centre.call('POST', `/conversations/${conversationId}/events`, event);
    expect(answer).toMatchObject({ status });
    return answer.body;
  };
  const fact = (name: string, data: object) => ({ id: randomUUID(), name, type: 'NOTIFICATION', data });
  const ids = Array.from({ length: ROUNDS }, (_, n) => `${n}-${randomUUID()}`);
  for (const [n, id] of ids.entries()) {
    await add(fact('CHANNEL_SESSION_STARTED', { ...webSession(id), notes: 'x'.repeat(4_000) }));
    await add(customerMessage(id, 'Me again', `m${n}`));
    const cimEvent = agentMessage('Hello again', `a${n}`, { channelSession: { id } });
    expect(await desk.ask('publishCimEvent', { conversationId, cimEvent })).toMatchObject({ status: 'ok' });
    await add(fact('CHANNEL_SESSION_ENDED', { id }));
  }
  const [first = '', , , , last = ''] = ids;

  const meta = await itemOf(centre.stack, `CONVERSATION#${conversationId}`, 'META');
  expect(Object.keys(meta?.['sessions'] as object).toSorted()).toEqual([last, customer.sessionId].toSorted());

  const everywhere = async (check: (events: Shown[]) => void) => {
    const { body } = await centre.call('GET', `/conversations/${conversationId}/events`);
    check(body.events.map(({ cimEvent }: { cimEvent: Shown }) => cimEvent));
    desk.frames.length = 0;
    desk.send('topicSubscription', { conversationId, taskId: topic.data.taskId });
    const { data } = await desk.next('onTopicData');
    desk.send('replayTopic', { conversationId, afterSeq: 0, beforeSeq: data.firstSeq });
    const older: Shown[] = [];
    for (let more = data.truncated; more;) {
      const page = (await desk.next('onTopicReplay')).data;
      older.push(...page.events.map(({ cimEvent }) => JSON.parse(cimEvent) as Shown));
      more = page.more ?? false;
    }
    check([...older, ...(data.topicData.topicEvents as unknown as Shown[])]);
  };
  await everywhere((events) => {
    for (const [n, id] of ids.entries()) {
      const of = events.filter(({ name, data }) => name !== 'AGENT_MESSAGE' ? data.id === id : data.id === `a${n}`); // prettier-ignore
      expect(of.map(({ name }) => name).toSorted()).toEqual(['AGENT_MESSAGE', 'CHANNEL_SESSION_ENDED', 'CHANNEL_SESSION_STARTED']); // prettier-ignore
      const said = events.filter(({ data }) => data.id === `m${n}` || data.id === `a${n}`);
      expect(said.map(({ data, channelSession }) => [data.header?.channelSession?.id, channelSession?.id])).toEqual([[id, id], [id, id]]); // prettier-ignore
    }
  });

  // What is said about an ended session now goes with it; nothing can be said through it.
  const receipt = { ...customerMessage(first, '', 'r1'), name: 'MESSAGE_DELIVERY_NOTIFICATION' };
  const body = { type: 'DELIVERYNOTIFICATION', messageId: 'a0', status: 'READ' };
  await add({ ...receipt, data: { ...receipt.data, body } });
  const live = await desk.cim('MESSAGE_DELIVERY_NOTIFICATION', ({ id }) => id === 'r1');
  expect(live.data.header.channelSession.id).toBe(first);
  const late = { ...customerMessage(first, 'Still here?', 'late'), channelSession: webSession(first) };
  expect(await add(late, 409)).toMatchObject({ code: 'channelSession.closed' });
});
