/**
 * What people write, who they are and what they prove it with never reaches a log line: not when
 * all goes well, and not when it does not.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre, customerMessage, webSession } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { http } from '../support/http.ts';

const centre = contactCentre({
  alone: true,
  environment: { LOG_LEVEL: 'DEBUG', LEASE_SECONDS: '1', GRACE_SECONDS: '1' },
});

/** Recognisable wherever it turns up, also inside a longer text. */
const secret = (what: string) => `confidential-${what}`;

/** Everything that was logged, once nothing more comes. */
async function logged(): Promise<string[]> {
  for (let before = -1; ;) {
    const lines = centre.stack.logs();
    if (lines.length === before) return lines;
    before = lines.length;
    await sleep(500);
  }
}

describe('The log', () => {
  it('has lines of every kind of function', async () => {
    const queue = await centre.queue({ acceptSeconds: 1, requestTtlSeconds: 3 });
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    await centre.customer(queue);
    await desk.next('revokeTask');
    await expect(Desk.open(centre.stack.wsUrl, 'not-a-token')).rejects.toThrow('HTTP 403');
    const lines = (await logged()).join('\n');
    expect(lines).toContain('auth.invalid'); // else this file would prove nothing: what is logged is seen here
  });

  it('never says what people write to each other', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: false } });
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desk = await person.ready();
    const customer = await centre.customer(queue, {
      conversationData: { note: secret('data') },
      customer: { _id: 'c-1', firstName: secret('customer'), phoneNumber: [secret('phone')] },
    });
    const { conversationId, sessionId } = customer;
    await desk.accept();
    await customer.says(secret('question'));
    await desk.cim('CUSTOMER_MESSAGE');
    const publish = (event: unknown, more: object = {}) =>
      desk.ask('publishCimEvent', { conversationId, cimEvent: event, ...more });
    const said = agentMessage(secret('answer'), 'said-1');
    expect((await publish(said)).status).toBe('ok');
    expect((await publish(said)).status).toBe('ok'); // the same again
    const wrong: [unknown, object?][] = [
      [{ ...said, name: secret('name') }],
      [{ ...said, name: 'BOT_MESSAGE' }],
      [{ ...said, data: { ...said.data, body: { type: secret('body'), markdownText: 7 } } }],
      [{ ...said, channelSession: { id: secret('session') } }],
      [said, { agentId: secret('agent') }],
      [said, { conversationId: secret('conversation') }],
      [JSON.stringify(said).slice(1)],
    ];
    for (const [event, more] of wrong) expect((await publish(event, more)).status).toBe('error');
    desk.send('publishCimEvent', { conversationId, cimEvent: agentMessage('"'.repeat(3_000), secret('large')) });
    await desk.cim('AGENT_MESSAGE', ({ id }) => id === secret('large'));
    for (const text of [
      `${secret('frame')}`,
      `{"action":"${secret('action')}"}`,
      `{"action":7,"x":"${secret('x')}"}`,
    ]) {
      desk.raw(text);
      await desk.next('errors', ({ task }) => ['frame', secret('action')].includes(task));
    }
    const path = `/conversations/${conversationId}/events`;
    const event = customerMessage(sessionId, secret('event'), 'm-2');
    await http(centre, 'POST', path, { body: JSON.stringify(event) });
    await http(centre, 'POST', path, { body: JSON.stringify({ ...event, type: secret('type') }) });
    await http(centre, 'POST', path, { body: `${JSON.stringify(event)}${secret('rest')}` });
    await http(centre, 'POST', '/conversations', {
      body: JSON.stringify({ channelSession: { ...webSession(secret('id')), channelData: 7 } }),
    });
    await http(centre, 'PUT', '/config/agents/x', {
      body: JSON.stringify({ name: 7, attributes: { [secret('attribute')]: 'x' } }),
    });
    await http(centre, 'GET', `/conversations/${secret('path')}?after=${secret('query')}`);
    desk.vanish(); // the offer goes, the grace ends, the conversation is rerouted, and all of that is logged
    await sleep(2_500);
    expect((await logged()).filter((line) => line.includes('confidential-'))).toEqual([]);
  });

  it('never says with what somebody proved who they are', async () => {
    const tokens = await Promise.all([
      centre.stack.token('amy'),
      centre.stack.token('amy', { expiresInSeconds: -60 }),
      centre.stack.token('amy', { signature: 'otherKey' }),
      centre.stack.token('amy', { issuer: `https://${secret('issuer')}.example` }),
      centre.stack.token('amy', { audience: secret('audience') }),
      centre.stack.token('amy', { claims: { email: secret('email'), realm_access: { roles: [secret('role')] } } }),
    ]);
    for (const token of tokens) {
      const desk = await Desk.open(centre.stack.wsUrl, token).catch(() => undefined);
      await desk?.next('agentPresence_');
      desk?.vanish();
      await Desk.open(centre.stack.wsUrl, null, ['agent-manager.v1', `bearer.${token}`])
        .then((browser) => browser.vanish())
        .catch(() => undefined);
      for (const path of ['/handshake', '/agents']) {
        await http(centre, 'GET', path, { authorization: `Bearer ${token}` });
      }
    }
    await sleep(1_500);
    const lines = await logged();
    expect(lines.filter((line) => line.includes('confidential-'))).toEqual([]);
    for (const token of tokens) {
      for (const part of token.split('.')) expect(lines.filter((line) => line.includes(part))).toEqual([]);
    }
    expect(lines.filter((line) => /Bearer |bearer\./.test(line))).toEqual([]);
  });

  it('never says with what a desk proved that it goes on with its session, nor does anybody else hear it', async () => {
    const person = await centre.person();
    const first = await person.open();
    const { sessionKey } = (await first.next('onSessionReady')).data;
    await (await person.open(sessionKey)).next('onSessionReady');
    const wrong = sessionKey.toUpperCase();
    const last = await person.open(wrong);
    const other = (await last.next('onSessionReady')).data.sessionKey;
    await last.become('LOGOUT');
    await (await person.open(other)).next('onSessionReady');
    const looked = await Promise.all(
      ['/agents?limit=500', `/agents/${person.id}`].map((path) => centre.call('GET', path)),
    );
    const heard = [...(await logged()), JSON.stringify(looked)];
    for (const key of [sessionKey, wrong, other]) expect(heard.filter((line) => line.includes(key))).toEqual([]);
  });
});
