/**
 * Real desks, of three generations, show a message only if its header has the channel session,
 * which they take from the event where it is there.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre, customerMessage } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { agent, watched } from '../support/scene.ts';
import { wrapUp } from '../support/talk.ts';

const centre = contactCentre();

interface Message {
  readonly id: string;
  readonly header: { readonly channelSession?: { readonly id: string } };
  readonly body: { readonly type: string };
}

interface Event {
  readonly name: string;
  readonly channelSession?: { readonly id: string };
  readonly data: Message;
}

/** What the templates of those desks ask of a line, on what their services make of an event. */
function shows({ channelSession, data }: Event): boolean {
  const header = { ...data.header, ...(channelSession ? { channelSession } : {}) };
  return data.body.type.toLowerCase() !== 'systemnotification' && Boolean(header.channelSession);
}

const isMessage = ({ name }: Event) => name.endsWith('_MESSAGE') || name === 'MESSAGE_DELIVERY_NOTIFICATION';

/** The lines on a desk: those of its newest snapshot, and what came live after it. */
function lines({ frames }: Desk): Event[] {
  const newest = frames.findLastIndex(({ event }) => event === 'onTopicData');
  return frames
    .slice(Math.max(0, newest))
    .flatMap(({ data }): Event[] => {
      const said = data as unknown as { topicData?: { topicEvents: Event[] }; cimEvent?: string };
      return said.topicData?.topicEvents ?? (said.cimEvent === undefined ? [] : [JSON.parse(said.cimEvent) as Event]);
    })
    .filter(isMessage);
}

const texts = (desk: Desk) => lines(desk).map(({ data }) => data.id);

describe('Everything that is said in a conversation is shown', () => {
  it('to those who are in it, and to whoever looks on, as it is said and after a reload', async () => {
    const { amy, bob, sam, customer, conversationId } = await watched(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.accept();
    const run = randomUUID().slice(0, 8);
    const says = async (who: { desk: Desk }, event: object, name: string) => {
      const cimEvent = { ...event, name };
      expect(await who.desk.ask('publishCimEvent', { conversationId, cimEvent })).toMatchObject({ status: 'ok' });
    };
    const platform = (name: string, id: string, type: string) => {
      const sender = { id: 'connector', type: name === 'BOT_MESSAGE' ? 'BOT' : 'CONNECTOR', senderName: 'x' };
      const body = { type, markdownText: 'x', messageId: `${run}-2`, status: 'READ' };
      const data = { id, header: { sender }, body };
      const event = { ...customerMessage('', '', id), name, data };
      return centre.call('POST', `/conversations/${conversationId}/events`, event);
    };
    for (const { desk } of [amy, bob, sam]) desk.frames.length = 0;
    await customer.says('Where is my order?', `${run}-1`);
    await says(amy, agentMessage('On its way', `${run}-2`), 'AGENT_MESSAGE');
    expect((await platform('MESSAGE_DELIVERY_NOTIFICATION', `${run}-3`, 'DELIVERYNOTIFICATION')).status).toBe(202);
    await says(bob, agentMessage('Offer a refund', `${run}-4`), 'WHISPER_MESSAGE');
    await says(sam, agentMessage('Agreed', `${run}-5`), 'WHISPER_MESSAGE');
    expect((await platform('BOT_MESSAGE', `${run}-6`, 'PLAIN')).status).toBe(202);
    await says(amy, wrapUp(`${run}-7`), 'AGENT_MESSAGE');
    const all = [1, 2, 3, 4, 5, 6, 7].map((n) => `${run}-${n}`);
    for (const { desk } of [amy, bob, sam]) {
      await centre.poll(() => texts(desk).toSorted()).toEqual(all);
      expect(lines(desk).filter((line) => !shows(line))).toEqual([]);
      expect(lines(desk).map((line) => line.data.header.channelSession?.id)).toEqual(all.map(() => customer.sessionId));
    }
    for (const { person, desk } of [amy, bob, sam]) {
      desk.vanish();
      const again = await person.open();
      await centre.poll(() => again.frames.some(({ event }) => event === 'onSessionReady')).toBe(true);
      expect(texts(again).filter((id) => all.includes(id))).toEqual(all);
      expect(lines(again).filter((line) => !shows(line))).toEqual([]);
    }
  });

  it('and so is the receipt that a desk sends with no time in it', async () => {
    const { amy, customer, conversationId } = await watched(centre);
    await customer.says('Hello?', 'asked');
    const sender = { id: amy.id, type: 'AGENT', senderName: 'amy' };
    const body = { type: 'DELIVERYNOTIFICATION', messageId: 'asked', status: 'READ', reasonCode: 200 };
    const header = { sender, channelSessionId: customer.sessionId, timestamp: '' };
    const cimEvent = {
      ...agentMessage('', 'receipt'),
      name: 'MESSAGE_DELIVERY_NOTIFICATION',
      timestamp: '',
      data: { id: 'receipt', header, body },
    };
    expect(await amy.desk.ask('publishCimEvent', { conversationId, cimEvent })).toMatchObject({ status: 'ok' });
    const { data } = await amy.desk.cim('MESSAGE_DELIVERY_NOTIFICATION');
    expect(data.header.timestamp).toBeGreaterThan(Date.now() - 60_000);
  });
});
