/**
 * What no frame can hold, and what costs connections: it is refused, its text is kept, and
 * everything else goes on.
 */
import { byteLength, bytesInText } from '../../shared/protocol/bytes.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { io } from '../../shared/client/faces/socket-io.ts';
import { MAX_EVENT_BYTES, MAX_FRAME_BYTES } from '../../shared/protocol/frame.ts';
import { accepts, agentsOf, hearing } from '../support/agents.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { doorkeeper, type Doorkeeper } from '../support/doorkeeper.ts';

const centre = contactCentre();
const agents = agentsOf(centre);
const doorkeepers: Doorkeeper[] = [];
afterEach(() => Promise.all(doorkeepers.splice(0).map((one) => one.stop())));

const connectionsOf = (id: string) =>
  centre.stack.gateway.connections().filter(({ principalId }) => principalId === id).map(({ connectionId }) => connectionId); // prettier-ignore

/** An agent in two conversations, over a network with somebody who objects to some frames. */
async function behind(objects: Parameters<typeof doorkeeper>[1]) {
  const door = await doorkeeper(centre.stack.wsUrl, objects);
  doorkeepers.push(door);
  const queue = await centre.queue({ wrapUp: { enabled: false } });
  const { agent } = await agents.ready([queue], { url: door.url });
  await centre.customer(queue);
  const one = await accepts(agent);
  await centre.customer(queue);
  const other = await accepts(agent, ({ conversationId }) => conversationId !== one.id);
  return { door, agent, one, other };
}

describe('A message that no frame can hold', () => {
  it.each([
    ['a long text', 'x'.repeat(40_000)],
    ['emoji, of which each is four bytes', '😀'.repeat(9_000)],
    ['line breaks, of which each is two', '\n'.repeat(17_000)],
    ['half characters, of which each is six', '\ud83d'.repeat(6_000)],
  ])('is refused before it is sent, and nothing waits for it: %s', async (_, text) => {
    const { agent, conversation } = await agents.talk();
    const heard = hearing(conversation);
    const [before] = connectionsOf(agent.id);
    const refused = conversation.send(text);
    const whispered = conversation.whisper(text);
    const next = conversation.send('Shorter');
    await expect(refused).rejects.toMatchObject({ code: 'frame.tooLarge', task: 'publishCimEvent', conversationId: conversation.id }); // prettier-ignore
    await expect(whispered).rejects.toMatchObject({ code: 'frame.tooLarge', retry: false });
    await next;
    await centre.eventually(() => heard.texts.at(0));
    expect(heard.texts).toEqual(['Shorter']);
    expect(connectionsOf(agent.id)).toEqual([before]);
  });

  it('is measured as it is sent: to the last byte it is taken', async () => {
    const { agent, conversation } = await agents.talk();
    const [before] = connectionsOf(agent.id);
    const filler = `"é😀\n${'\ud83d'}`;
    const full = filler + 'x'.repeat(conversation.bytesLeft(filler));
    expect(conversation.bytesLeft(full)).toBe(0);
    expect(bytesInText(full)).toBeGreaterThan(MAX_EVENT_BYTES - 1_000);
    await conversation.send(full);
    expect(conversation.bytesLeft(`${full}😀`)).toBe(-4);
    expect(conversation.bytesLeft(full, 'whisper')).toBe(-2); // its event has the longer name
    await expect(conversation.send(`${full}${'x'.repeat(100)}`)).rejects.toMatchObject({ code: 'message.tooLarge' });
    await expect(conversation.send('x'.repeat(MAX_FRAME_BYTES))).rejects.toMatchObject({ code: 'frame.tooLarge' });
    expect(connectionsOf(agent.id)).toEqual([before]);
  });

  it('is refused to a desk of socket.io, by the acknowledgement and by `errors`', async () => {
    const person = await centre.person();
    const { host, pathname } = new URL(centre.stack.wsUrl);
    const socket = io(`http://${host}`, { path: pathname, auth: { token: await person.token() }, autoConnect: false });
    const told: object[] = [];
    socket.on('errors', (error: object) => told.push(error));
    const data = { conversationId: 'c1', cimEvent: { name: 'AGENT_MESSAGE', text: 'ä'.repeat(20_000) } };
    const answers: unknown[] = [];
    socket.emit('publishCimEvent', data, (answer: unknown) => answers.push(answer)); // waits for `connect`
    socket.connect();
    socket.emit('publishCimEvent', data);
    await centre.eventually(() => told.at(1));
    const refusal = { code: 'frame.tooLarge', msg: expect.stringContaining(String(MAX_FRAME_BYTES)) as string };
    expect(answers).toEqual([{ status: 'error', ...refusal }]);
    expect(told).toEqual([1, 2].map(() => ({ task: 'publishCimEvent', conversationId: 'c1', ...refusal })));
    socket.disconnect();
  });
});

describe('A frame that costs the connection', () => {
  it('with 1009 is not sent again: it is the largest, and the others go on', async () => {
    const { door, one, other } = await behind((frame) => (byteLength(frame) > 16_384 ? 1009 : undefined));
    const heard = [one, other].map(hearing);
    const sent = [one.send('Before'), one.send('x'.repeat(20_000)), one.send('After'), other.send('Beside')];
    const outcomes = await Promise.allSettled(sent);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    await expect(sent[1]).rejects.toMatchObject({ code: 'frame.tooLarge', conversationId: one.id });
    expect(door.refused).toHaveLength(1);
    await centre.eventually(() => heard[0]?.texts.at(1) && heard[1]?.texts.at(0));
    expect(heard.map(({ texts }) => texts)).toEqual([['Before', 'After'], ['Beside']]);
  });

  it('three times in a row without a word is not sent a fourth time', async () => {
    const { door, one, other } = await behind((frame) => (frame.includes('DROP TABLE') ? 'cut' : undefined));
    const sent = [one.send('DROP TABLE'), one.send('After'), other.send('Beside')];
    const outcomes = await Promise.allSettled(sent);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    await expect(sent[0]).rejects.toMatchObject({ code: 'client.connectionLost', conversationId: one.id });
    expect(door.refused).toHaveLength(3);
  });
});
