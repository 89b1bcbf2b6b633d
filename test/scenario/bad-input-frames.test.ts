/**
 * What is no request: text that is no frame, names that nobody knows, values that nobody can keep.
 * The desk is told, and goes on working.
 */
import { WebSocket } from 'ws';
import { describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../shared/protocol/frame.ts';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { refusal, served, standingAgent } from '../support/refusal.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ environment: { LEASE_SECONDS: '600', GRACE_SECONDS: '600' } });
const amy = standingAgent(centre);

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const framed = (data: string, action = 'replayTopic') => `{"action":"${action}","data":${data},"id":"f1"}`;

describe('A desk that sends what is no frame', () => {
  it.each<[string, string, object]>([
    ['a word', 'hello', { task: 'frame', code: 'frame.invalid' }],
    ['half a frame', '{"action":"heartbeat"', { task: 'frame', code: 'frame.invalid' }],
    ['nothing but spaces', '   ', { task: 'frame', code: 'frame.invalid' }],
    ['a mark of the byte order', '\ufeff{"action":"heartbeat"}', { task: 'frame', code: 'frame.invalid' }],
    ['a list', '[{"action":"heartbeat"}]', { task: 'frame', code: 'frame.invalid' }],
    ['a text', '"heartbeat"', { task: 'frame', code: 'frame.invalid' }],
    ['a number', '42', { task: 'frame', code: 'frame.invalid' }],
    ['null', 'null', { task: 'frame', code: 'frame.invalid' }],
    ['no action', '{"data":{}}', { task: 'frame', code: 'frame.noAction' }],
    ['an empty action', '{"action":""}', { task: 'frame', code: 'frame.noAction' }],
    ['null as action', '{"action":null}', { task: 'frame', code: 'frame.noAction' }],
    ['a number as action', '{"action":7}', { task: 'frame', code: 'frame.noAction' }],
    ['an object as action', '{"action":{"a":1}}', { task: 'frame', code: 'frame.noAction' }],
    ['a list as action', '{"action":["heartbeat"]}', { task: 'frame', code: 'frame.noAction' }],
    ['an endless action', `{"action":"${'a'.repeat(500)}"}`, { task: 'a'.repeat(64), code: 'frame.invalid' }],
    ['a number as id', '{"action":"heartbeat","id":7}', { task: 'heartbeat', code: 'frame.invalid' }],
    ['an empty id', '{"action":"heartbeat","id":""}', { task: 'heartbeat', code: 'frame.invalid' }],
    ['an endless id', `{"action":"heartbeat","id":"${'i'.repeat(65)}"}`, { task: 'heartbeat', code: 'frame.invalid' }],
  ])('is told so, and told nothing else: %s', async (_, text, told) => {
    await withoutTrace(centre.stack, async () => {
      expect(await refusal(amy.desk, text)).toEqual({ msg: expect.stringMatching(/./) as string, ...told });
      expect(amy.desk.frames).toEqual([]);
    });
  });

  it('gets a negative acknowledgement too where the frame has an id', async () => {
    expect(await refusal(amy.desk, '{"data":{},"id":"f0"}')).toMatchObject({ code: 'frame.noAction', id: 'f0' });
    expect(amy.desk.frames).toEqual([
      { event: 'ack', data: { id: 'f0', status: 'error', code: 'frame.noAction', msg: expect.any(String) as string } },
    ]);
  });
});

describe('A desk that asks for what does not exist', () => {
  it.each([
    'sing',
    'TopicSubscription',
    'topicsubscription',
    ' heartbeat',
    'heartbeat ',
    'agentPresence_',
    'ack',
    '$connect',
    '$default',
    '$disconnect',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'héartbeat',
    'пульс',
    '💓',
    'heart\u0000beat',
    'heart\u202ebeat',
    '../heartbeat',
    '%00',
  ])('is told that there is no such event: "%s"', async (action) => {
    await withoutTrace(centre.stack, async () => {
      const told = await refusal(amy.desk, JSON.stringify({ action, data: {}, id: 'f2' }));
      expect(told).toEqual({ task: action, code: 'event.unknown', msg: expect.any(String) as string, id: 'f2' });
      expect(amy.desk.frames).toHaveLength(1);
      expect(amy.desk.frames[0]).toMatchObject({ event: 'ack', data: { id: 'f2', status: 'error' } });
    });
  });
});

describe('A desk that sends what nobody can keep', () => {
  it.each<[string, string]>([
    ['a little too deep', framed(nested(24))],
    ['deep', framed(nested(1_000))],
    ['very deep', framed(nested(15_000))],
    ['objects in objects', framed(`${'{"a":'.repeat(4_000)}1${'}'.repeat(4_000)}`)],
    ['an infinite number', framed('{"conversationId":"c","afterSeq":1e400}')],
    ['a number beyond all measure', framed('{"conversationId":"c","afterSeq":1e126}')],
    ['a number below all measure', framed('{"conversationId":"c","afterSeq":1e-131}')],
    ['half a character as a name', framed('{"\\ud83d":1}')],
  ])('is told so: %s', async (_, text) => {
    const told = await withoutTrace(centre.stack, () => refusal(amy.desk, text));
    expect(told).toMatchObject({ task: 'frame', code: 'frame.invalid' });
  });

  it.each<[string, string]>([
    ['a list of ten thousand', framed(`[${Array(10_000).fill('0').join(',')}]`)],
    [
      'ten thousand members',
      framed(JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`k${i}`, i])))),
    ],
    ['an endless id', framed(JSON.stringify({ conversationId: 'c'.repeat(257), afterSeq: 0 }))],
    ['the name of what every object has', framed('{"conversationId":"constructor","afterSeq":0}')],
    ['the prototype', framed('{"conversationId":"__proto__","afterSeq":0}')],
  ])('is told where the payload is wrong: %s', async (_, text) => {
    const told = await withoutTrace(centre.stack, () => refusal(amy.desk, text));
    expect(told).toMatchObject({ task: 'replayTopic', code: 'event.invalid', id: 'f1' });
  });

  it.each(['c\u0000d', '\u001b[31m', 'a\nb', '\u202e', 'ключ', '鍵', '💬', "'; --", '../..', '%2F', '{{7*7}}', ' '])(
    'is understood where the id is only odd: "%s"',
    async (conversationId) => {
      const frame = { action: 'replayTopic', data: { conversationId, afterSeq: 0 }, id: 'f3' };
      const told = await withoutTrace(centre.stack, () => refusal(amy.desk, JSON.stringify(frame)));
      expect(told).toMatchObject({ code: 'conversation.unknown', conversationId });
    },
  );

  it('has half a character replaced, and names that every object has dropped', async () => {
    const { conversationId } = amy.customer;
    const event = agentMessage('TEXT', 'odd-1');
    const body =
      '{"type":"CUSTOM","markdownText":"half \\ud83d","constructor":{"name":"Set"},"__proto__":{"a":1},"n":12345678901234567890}';
    const frame = JSON.stringify({ action: 'publishCimEvent', data: { conversationId, cimEvent: event }, id: 'f4' });
    amy.desk.raw(frame.replace(/"body":\{[^}]*\}/, `"body":${body}`));
    const { data } = await amy.desk.cim('AGENT_MESSAGE', ({ id }) => id === 'odd-1');
    expect(data.body).toEqual({ type: 'CUSTOM', markdownText: 'half \ufffd', n: 12345678901234567000 });
    expect((await amy.desk.next('ack', ({ id }) => id === 'f4')).data.status).toBe('ok');
    const { body: page } = await centre.call('GET', `/conversations/${conversationId}/events?limit=500`);
    const kept = page.events.find(
      (logged: { cimEvent: { data: { id?: string } } }) => logged.cimEvent.data.id === 'odd-1',
    );
    expect(kept.cimEvent.data.body).toEqual(data.body);
  });

  it.each([
    'nul \u0000',
    'bell \u0007 escape \u001b',
    'family 👨‍👩‍👧‍👦',
    'עברית',
    '\u202eright to left',
    'é vs e\u0301',
    '</script>',
    '\u2028',
  ])('is understood where the text is only odd: "%s"', async (text) => {
    const { conversationId } = amy.customer;
    const event = agentMessage(text);
    amy.desk.send('publishCimEvent', { conversationId, cimEvent: event });
    const { data } = await amy.desk.cim('AGENT_MESSAGE', ({ id }) => id === event.data.id);
    expect(data.body.markdownText).toBe(text);
  });
});

describe('An id', () => {
  it.each<[string, string, string]>([
    ['is kept at its longest', '💬'.repeat(128), 'ok'],
    ['is refused beyond that', '💬'.repeat(129), 'error'],
  ])('%s', async (_, id, status) => {
    const { conversationId } = amy.customer;
    const answer = await amy.desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('long', id) });
    expect(answer).toMatchObject(status === 'ok' ? { status } : { status, code: 'event.invalid' });
  });
});

describe('The gateway', () => {
  /** `ws` sends a message as one frame; the gateway wants frames of at most 32 KB. */
  function sendInFrames(socket: WebSocket, text: string): void {
    for (let at = 0; at < text.length; at += 30_000) {
      socket.send(text.slice(at, at + 30_000), { fin: at + 30_000 >= text.length });
    }
  }

  it('carries a message of 128 KB', async () => {
    const desk = await (await centre.person()).connect();
    const start = '{"action":"sing","data":"';
    sendInFrames(desk.socket, `${start}${'x'.repeat(MAX_MESSAGE_BYTES - start.length - 2)}"}`);
    expect((await desk.next('errors')).data.code).toBe('event.unknown');
    await served(desk);
  });

  it.each<[string, (socket: WebSocket) => void, number]>([
    ['a message of more than 128 KB', (socket) => sendInFrames(socket, 'x'.repeat(MAX_MESSAGE_BYTES + 1)), 1009],
    ['a frame of more than 32 KB', (socket) => socket.send('x'.repeat(33 * 1024)), 1009],
    ['a binary frame', (socket) => socket.send(Buffer.from('{"action":"heartbeat"}')), 1003],
  ])('closes a socket by itself after %s, and the agent can come back', async (_, send, code) => {
    const person = await centre.person();
    const desk = await person.connect();
    send(desk.socket);
    expect((await desk.gone()).code).toBe(code);
    await served(await person.connect());
  });
});
