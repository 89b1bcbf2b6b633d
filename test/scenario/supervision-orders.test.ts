/**
 * Supervisors act: they read who waits and why, take over, give, move, put back and close, several
 * conversations at once, and set an agent's state. The log says so.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { agentOf, conversationOf } from '../support/platform.ts';
import { colleague, logged, nobodyIsHalfInside, rolesIn, scene, tasksOf, type Colleague } from '../support/scene.ts';

const centre = contactCentre();

const red = { teamId: 'red', teamName: 'Red' };

/** Somebody who supervises the team of everybody here, and takes chats themselves. */
async function lead(): Promise<Colleague> {
  const person = await centre.person(['agent', 'supervisor']);
  return { id: person.id, person, desk: await person.connect() };
}

/** Somebody who supervises another team. */
async function other(): Promise<Colleague> {
  const person = await centre.person(['supervisor'], undefined, { supervisedTeams: [red] });
  return { id: person.id, person, desk: await person.connect() };
}

const orders = ({ desk }: Colleague, conversationIds: string[], command: string, more: object = {}) =>
  desk.ask('superviseConversations', { conversationIds, command, ...more });

describe('A supervisor', () => {
  it('reads a conversation that waits, why it does, and its log; others only of their teams', async () => {
    const [sam, stranger] = await Promise.all([lead(), other()]);
    const waiting = (await centre.customer(await centre.queue())).conversationId;
    const { conversationId: active, amy } = await scene(centre);
    const read = async (who: Colleague, id: string) => {
      const token = await who.person.token();
      const paths = ['', '/events', '/routing'].map((path) => `/conversations/${id}${path}`);
      return Promise.all(paths.map(async (path) => (await centre.call('GET', path, undefined, token)).status));
    };
    expect(await read(sam, waiting)).toEqual([200, 200, 200]);
    expect(await read(stranger, waiting)).toEqual([200, 200, 200]);
    expect(await read(sam, active)).toEqual([200, 200, 200]);
    expect(await read(stranger, active)).toEqual([403, 403, 403]);
    expect(await read(amy, active)).toEqual([403, 403, 403]);
    const { body } = await centre.call('GET', `/conversations/${waiting}/routing`, undefined, await sam.person.token());
    expect(body.tasks).toMatchObject([{ lastDecision: { offeredTo: null } }]);
  });

  it('takes over who waits, and whom an agent has, and is the one who answers', async () => {
    const sam = await lead();
    const { conversationId: waiting } = await centre.customer(await centre.queue());
    const { amy, conversationId } = await scene(centre);
    expect(await orders(sam, [waiting, conversationId], 'TAKE_OVER')).toMatchObject({
      status: 'ok',
      results: [
        { conversationId: waiting, status: 'ok' },
        { conversationId, status: 'ok' },
      ],
    });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('CHAT TRANSFERRED');
    for (const id of [waiting, conversationId]) {
      const { data } = await sam.desk.next('onTopicData', (shown) => shown.conversationId === id);
      expect(data.topicData.topicParticipant).toMatchObject({ role: 'PRIMARY' });
      expect(await rolesIn(centre, id)).toEqual({ [sam.id]: 'PRIMARY' });
      const said = { conversationId: id, cimEvent: agentMessage('I am Sam') };
      expect(await sam.desk.ask('publishCimEvent', said)).toMatchObject({ status: 'ok' });
      await nobodyIsHalfInside(centre, id);
    }
  });

  it('has whom they took over, though they supervise no team of their own', async () => {
    const stranger = await other();
    const { conversationId } = await centre.customer(await centre.queue());
    expect(await orders(stranger, [conversationId], 'TAKE_OVER')).toMatchObject({ results: [{ status: 'ok' }] });
    const token = await stranger.person.token();
    expect((await centre.call('GET', `/conversations/${conversationId}/events`, undefined, token)).status).toBe(200);
    expect(await orders(stranger, [conversationId], 'CLOSE')).toMatchObject({ results: [{ status: 'ok' }] });
  });

  it('gives a customer to an agent, who accepts', async () => {
    const [sam, { amy, bob, conversationId }] = await Promise.all([lead(), scene(centre)]);
    await orders(sam, [conversationId], 'ASSIGN', { toAgentId: bob.id });
    await bob.desk.accept();
    expect(await rolesIn(centre, conversationId)).toEqual({ [bob.id]: 'PRIMARY' });
    expect((await sam.desk.next('onAssistanceOutcome')).data).toMatchObject({ outcome: 'ACCEPTED' });
    expect((await agentOf(centre, amy.id)).tasks).toEqual([]);
  });

  it('moves who waits, and takes from an agent whom another queue is to have', async () => {
    const [sam, { amy, sales, conversationId }] = await Promise.all([lead(), scene(centre)]);
    await amy.desk.ask('changeAgentState', { action: 'agentState', state: { name: 'NOT_READY' } });
    const waiting = await centre.customer(await centre.queue());
    await orders(sam, [conversationId, waiting.conversationId], 'QUEUE', { queue: sales, priority: 5 });
    expect((await amy.desk.next('topicUnsubscription')).data.reason).toBe('REROUTED');
    for (const id of [conversationId, waiting.conversationId])
      expect(await tasksOf(centre, id)).toMatchObject([{ queue: sales, priority: 5 }]);
  });

  it('closes several in one frame: one that is refused does not stop the others, and is said', async () => {
    const [sam, stranger] = await Promise.all([lead(), other()]);
    const { conversationId: active } = await scene(centre);
    const { conversationId: waiting } = await centre.customer(await centre.queue());
    const answer = await orders(stranger, [active, 'nowhere', waiting], 'CLOSE');
    expect(answer).toMatchObject({
      status: 'ok',
      results: [
        { conversationId: active, status: 'error', code: 'role.forbidden' },
        { conversationId: 'nowhere', status: 'error', code: 'conversation.unknown' },
        { conversationId: waiting, status: 'ok' },
      ],
    });
    expect((await conversationOf(centre, active)).state).toBe('ACTIVE');
    expect((await conversationOf(centre, waiting)).state).toBe('CLOSED');
    await orders(sam, [active], 'CLOSE');
    expect((await conversationOf(centre, active)).state).toBe('CLOSED');
  });

  it('is named in the log, with what was before and after, once', async () => {
    const [sam, { amy, conversationId }] = await Promise.all([lead(), scene(centre)]);
    for (const _ of [1, 2]) expect(await orders(sam, [conversationId], 'TAKE_OVER')).toMatchObject({ status: 'ok' });
    const actions = await logged(centre, conversationId, 'SUPERVISOR_ACTION');
    expect(actions.map(({ data }) => data)).toMatchObject([
      {
        by: { id: sam.id },
        command: 'TAKE_OVER',
        before: { agents: [{ id: amy.id, role: 'PRIMARY' }] },
        after: { agents: [{ id: sam.id, role: 'PRIMARY' }] },
      },
    ]);
  });

  it('is named so, too, where they move a customer over HTTP; the platform is not', async () => {
    const [sam, support, sales] = await Promise.all([lead(), centre.queue(), centre.queue()]);
    const { conversationId } = await centre.customer(support);
    const path = `/conversations/${conversationId}/queue`;
    expect((await centre.call('POST', path, { queue: sales }, await sam.person.token())).status).toBe(202);
    expect((await centre.call('POST', path, { queue: support })).status).toBe(202);
    const actions = await logged(centre, conversationId, 'SUPERVISOR_ACTION');
    const moved = { by: { id: sam.id }, command: 'QUEUE', before: { queue: support }, after: { queue: sales } };
    expect(actions.map(({ data }) => data)).toMatchObject([moved]);
  });

  it('sets the state of an agent of their teams, whose desk is told', async () => {
    const [sam, stranger, bob] = await Promise.all([lead(), other(), colleague(centre)]);
    const set = (who: Colleague, name: string) =>
      who.desk.ask('setStateOfAgent', { ofAgentId: bob.id, state: { name, reasonCode: 'lunch' } });
    expect(await set(stranger, 'NOT_READY')).toMatchObject({ status: 'error', code: 'role.forbidden' });
    expect(await set(sam, 'NOT_READY')).toMatchObject({ status: 'ok', before: 'READY', after: 'NOT_READY' });
    const { data: order, agentSeq } = await bob.desk.next('onSupervisorAction');
    expect([order.by.id, agentSeq]).toEqual([sam.id, 1]);
    const { data } = await bob.desk.next('agentPresence_');
    expect(data.agentPresence.state).toMatchObject({ name: 'NOT_READY', reasonCode: { name: 'Lunch' } });
    expect(await set(sam, 'LOGOUT')).toMatchObject({ status: 'ok', after: 'LOGOUT' });
    expect(await set(sam, 'READY')).toMatchObject({ status: 'error', code: 'state.invalid' });
  });

  it('is named in the log of the agent whose state they set, and so is the platform', async () => {
    const [sam, stranger, bob] = await Promise.all([lead(), other(), colleague(centre)]);
    const path = `/agents/${bob.id}/events`;
    const read = async (who: Colleague, query = '') =>
      centre.call('GET', `${path}${query}`, undefined, await who.person.token());
    await sam.desk.ask('setStateOfAgent', { ofAgentId: bob.id, state: { name: 'NOT_READY', reasonCode: 'lunch' } });
    await sam.desk.ask('setStateOfAgent', { ofAgentId: bob.id, state: { name: 'NOT_READY', reasonCode: 'lunch' } });
    await centre.call('POST', `/agents/${bob.id}/logout`);
    const { status, body } = await read(sam);
    expect(status).toBe(200);
    const [away, out] = body.events;
    expect(away).toMatchObject({
      agentSeq: 1,
      event: 'onSupervisorAction',
      data: {
        by: { id: sam.id },
        command: 'STATE',
        before: { name: 'READY' },
        after: { name: 'NOT_READY', reasonCode: { name: 'Lunch' } },
      },
    });
    expect(out).toMatchObject({ agentSeq: 2, data: { command: 'LOGOUT', before: { name: 'NOT_READY' } } });
    expect(out.data.by.id).not.toBe(sam.id);
    expect([body.events.length, body.nextAfter]).toEqual([2, null]);
    expect((await read(sam, '?limit=1')).body).toMatchObject({ events: [{ agentSeq: 1 }], nextAfter: 1 });
    expect((await read(sam, '?after=1')).body).toMatchObject({ events: [{ agentSeq: 2 }], nextAfter: null });
    expect((await read(stranger)).body).toMatchObject({ code: 'role.forbidden' });
    expect((await centre.call('GET', '/agents/nobody/events')).body).toMatchObject({ code: 'agent.unknown' });
  });
});

it('An agent orders nothing', async () => {
  const { amy, bob, conversationId } = await scene(centre);
  const refused = { status: 'error', code: 'role.forbidden' };
  expect(await orders(amy, [conversationId], 'CLOSE')).toMatchObject(refused);
  const state = { ofAgentId: bob.id, state: { name: 'NOT_READY' } };
  expect(await amy.desk.ask('setStateOfAgent', state)).toMatchObject(refused);
});
