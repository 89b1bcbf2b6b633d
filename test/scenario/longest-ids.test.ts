/**
 * Ids are others' own: the longest that there can be, and the oddest, go through everything that a
 * key and a queue's message are made of.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { agentMessage, contactCentre, customerMessage, webSession } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';

const centre = contactCentre({}, 'all');

/** 256 characters and 756 bytes, with one that no queue takes. */
const longest = () => `${randomUUID().slice(0, 6)}\uffff${'中'.repeat(249)}`;

const desks: Desk[] = [];
afterAll(() => desks.forEach((desk) => desk.vanish()));

async function greeted(who: object): Promise<Desk> {
  const person = { firstName: 'Pat', lastName: 'Long', roles: ['agent'], ...who, id: longest() };
  const desk = await Desk.greeted(centre.stack.wsUrl, await centre.stack.token(person));
  desks.push(desk);
  return desk;
}

async function put(kind: string, id: string, body: object): Promise<void> {
  const { status } = await centre.call('PUT', `/config/${kind}/${encodeURIComponent(id)}`, body);
  expect(status).toBe(200);
}

describe('The longest ids', () => {
  it('bring a customer to an agent, from a queue and from a list, before the eyes of a supervisor', async () => {
    const [queue, team] = [longest(), { teamId: longest(), teamName: 'Long' }];
    const list = longest().slice(0, 200); // all that is told of a list has 750 bytes
    await put('queues', queue, {
      name: 'long',
      mrdId: 'CHAT',
      steps: [{ expressions: [{ attribute: 'long', operator: '==', value: 1 }], timeoutSeconds: 60 }],
    });
    await put('lists', list, { name: 'long', mrdId: 'CHAT' });
    const supervisor = await greeted({ roles: ['supervisor'], supervisedTeams: [team] });
    expect(await supervisor.ask('subscribeTeam', { teamId: team.teamId })).toMatchObject({ status: 'ok' });

    const id = longest();
    await put('agents', id, { attributes: { long: 1 } });
    const desk = await Desk.greeted(
      centre.stack.wsUrl,
      await centre.stack.token({ id, firstName: 'Pat', lastName: 'Long', roles: ['agent'], team }),
    );
    desks.push(desk);
    await supervisor.next('onTeam', ({ agents }) => agents.some((agent) => agent.id === id));
    expect(await desk.ask('subscribePullModeList', { listId: list })).toMatchObject({ status: 'ok' });
    await desk.become('READY');

    const sessionId = longest();
    const channelSession = webSession(sessionId);
    const started = await centre.call('POST', '/conversations', { channelSession, queue });
    expect(started.status).toBe(201);
    const { conversationId } = started.body;
    const { data } = await desk.next('taskRequest');
    expect(await desk.ask('topicSubscription', { conversationId, taskId: data.taskId })).toMatchObject({
      status: 'ok',
    });
    const said = await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Hello', longest()) });
    expect(said).toMatchObject({ status: 'ok' });
    const messageId = longest();
    for (const status of [202, 202]) {
      const body = customerMessage(sessionId, 'Hello', messageId);
      expect((await centre.call('POST', `/conversations/${conversationId}/events`, body)).status).toBe(status);
    }

    const other = await centre.call('POST', '/conversations', { channelSession: webSession(longest()), list });
    expect(other.status).toBe(201);
    await desk.next('onPullModeSubscribedListRequest');
    expect(await desk.ask('joinPullModeRequest', { requestId: other.body.conversationId })).toMatchObject({
      status: 'ok',
    });
    for (const conversation of [conversationId, other.body.conversationId])
      expect((await centre.call('DELETE', `/conversations/${conversation}`)).status).toBe(200);
  });

  it('may be those of teams, which name what supervisors watch; longer ones are refused with the place', async () => {
    const team = { teamId: '中'.repeat(700), teamName: 'x' };
    for (const claims of [{ team }, { supervisedTeams: [team] }, { team: team.teamId }]) {
      const who = { id: longest(), firstName: 'Sam', lastName: 'Long', roles: ['supervisor'] };
      const token = await centre.stack.token(who, { claims });
      const { status, body } = await centre.call('GET', '/handshake', undefined, token);
      expect({ status, content: body.data.content }).toMatchObject({ status: 401, content: { code: 'auth.invalid' } });
      expect(body.data.content.msg).toMatch(/team.*at most 256 characters/i);
      await expect(Desk.open(centre.stack.wsUrl, token)).rejects.toThrow('HTTP 403');
    }
  });

  it('hold whole characters only: half of one in a token is as good as none', async () => {
    const who = { id: `${randomUUID()}\ud83d`, firstName: '\ude00', lastName: 'Half', roles: ['agent'] };
    const desk = await Desk.greeted(centre.stack.wsUrl, await centre.stack.token(who));
    desks.push(desk);
    const { status, body } = await centre.call('GET', `/agents/${encodeURIComponent(who.id.toWellFormed())}`);
    expect({ status, firstName: body.agent.keycloakUser.firstName }).toEqual({ status: 200, firstName: '\ufffd' });
  });
});
