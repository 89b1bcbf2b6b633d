/**
 * A connection can end without anybody saying so. Whatever finds out, the agent is treated as gone,
 * and after the grace as logged out. (That every connection is looked at: session-checks.)
 */
import { describe, expect, it } from 'vitest';
import { MAX_LEASE_SECONDS } from '../../shared/protocol/frame.ts';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre({ alone: true, environment: { GRACE_SECONDS: '1', LEASE_SECONDS: '3' } });

/**
 * An agent with a queue of their own and a conversation from it, and a colleague who is ready from
 * then on.
 */
async function pair() {
  const queue = await centre.queue();
  const profile = { attributes: { [queue]: 1 } };
  const [pat, bo] = [await centre.person(['agent'], profile), await centre.person(['agent'], profile)];
  const desk = await pat.ready();
  const jo = await centre.customer(queue);
  await desk.accept();
  const colleague = await bo.ready();
  return { queue, pat, desk, jo, colleague };
}

function agent(id: string) {
  return centre.call('GET', `/agents/${id}`).then(({ body }) => body);
}

function connectionOf(agentId: string): string {
  const connection = centre.stack.gateway.connections().find(({ principalId }) => principalId === agentId);
  if (!connection) throw new Error(`${agentId} is not connected`);
  return connection.connectionId;
}

/** Lets the session's regular check be due now. */
function checkSession(agentId: string, connectionId: string) {
  const body = JSON.stringify({ timer: { kind: 'sessionCheck', agentId, connectionId }, dueAt: centre.now() - 1 });
  return centre.stack.invoke('timers/due', { Records: [{ messageId: '1', body }] });
}

describe('The grace', () => {
  it('ends with the agent logged out, and their customer back in the queue at the highest priority', async () => {
    const { pat, desk, jo, colleague } = await pair();
    await colleague.become('NOT_READY');
    desk.vanish();
    const lostAt = centre.now();
    const loggedOut = { connected: false, tasks: [], state: { name: 'LOGOUT', reasonCode: null } };
    await centre.poll(() => agent(pat.id)).toMatchObject(loggedOut);
    expect(centre.now() - lostAt).toBeGreaterThan(900);
    const gone = await agent(pat.id);
    expect(gone.agentMrdStates.map(({ state }: { state: string }) => state)).toEqual(['LOGOUT', 'LOGOUT']);

    await centre
      .poll(async () => (await centre.call('GET', `/conversations/${jo.conversationId}`)).body)
      .toMatchObject({ participants: [], tasks: [{ activeMedia: [{ priority: 11, state: 'QUEUED' }] }] });
    await colleague.become('READY');
    expect((await colleague.accept()).conversationId).toBe(jo.conversationId);
  });

  it('closes the lost task as a logout, and the next agent reads the whole conversation', async () => {
    const { pat, desk, jo, colleague } = await pair();
    await jo.says('Hello?');
    desk.vanish();
    const { data } = await colleague.accept();
    const events = data.topicData.topicEvents;
    expect(events.filter(({ name }) => name === 'CUSTOMER_MESSAGE')).toHaveLength(1);
    const left = events.find(({ name }) => name === 'AGENT_UNSUBSCRIBED');
    expect(left?.data).toMatchObject({ reason: 'AGENT_LOGOUT', agentParticipant: { participant: { id: pat.id } } });
    const closed = events.filter(({ name }) => name === 'TASK_STATE_CHANGED').map(({ data: { state } }) => state);
    expect(closed).toContainEqual({ name: 'CLOSED', reasonCode: 'AGENT_LOGOUT' });
  });

  it('that ended means a fresh login for whoever comes back', async () => {
    const { pat, desk } = await pair();
    const { agentLoginTime } = await agent(pat.id);
    desk.vanish();
    await centre.poll(async () => (await agent(pat.id)).state.name, { timeout: 10_000 }).toBe('LOGOUT');
    const { data } = await (await pat.open()).next('agentPresence_');
    expect(data).toMatchObject({ action: 'AGENT_STATE_CHANGED', agentPresence: { state: { name: 'NOT_READY' } } });
    expect(data.agentPresence.agentLoginTime).toBeGreaterThan(agentLoginTime);
  });
});

describe('A connection whose end nobody told', () => {
  it('is found out by the next post to it', async () => {
    const { pat, desk, jo, colleague } = await pair();
    centre.stack.gateway.muteDisconnect(pat.id);
    desk.vanish();
    await centre.passes(500);
    expect(await agent(pat.id)).toMatchObject({ connected: true, state: { name: 'READY' } }); // nobody knows yet
    await jo.says('Hello?');
    await centre.poll(async () => (await agent(pat.id)).connected).toBe(false);
    expect((await colleague.next('taskRequest')).conversationId).toBe(jo.conversationId);
  });

  it('is found out by an offer to it, which goes to the next agent', async () => {
    const { pat, desk, queue, colleague } = await pair();
    await colleague.become('NOT_READY');
    centre.stack.gateway.muteDisconnect(pat.id);
    desk.vanish();
    await centre.passes(200);
    const { conversationId } = await centre.customer(queue);
    await colleague.become('READY');
    await colleague.next('taskRequest', (offer) => offer.conversationId === conversationId);
  });

  it('is found out by the check of the session', async () => {
    const { pat, desk, jo, colleague } = await pair();
    const connectionId = connectionOf(pat.id);
    centre.stack.gateway.muteDisconnect(pat.id);
    await checkSession(pat.id, connectionId);
    expect((await agent(pat.id)).connected).toBe(true);
    desk.vanish();
    await centre.passes(200);
    await checkSession(pat.id, connectionId);
    expect((await agent(pat.id)).connected).toBe(false);
    expect((await colleague.next('taskRequest')).conversationId).toBe(jo.conversationId);
  });

  it('is found out by its lease, even where the gateway believes it to be open', async () => {
    const { pat, desk, jo, colleague } = await pair();
    expect(await desk.ask('heartbeat')).toMatchObject({ status: 'ok' });
    centre.stack.gateway.dropConnection(pat.id, { silently: true });
    await jo.says('Hello?'); // posted into the void
    await centre.poll(async () => (await agent(pat.id)).connected).toBe(false);
    expect((await colleague.next('taskRequest')).conversationId).toBe(jo.conversationId);
  });
});

describe('A lease', () => {
  it('is renewed by whatever the desk sends, even by what nobody understands', async () => {
    const frames = [
      '{"action":"heartbeat"}',
      '{"action":"changeAgentState","data":{"action":"agentState","state":{"name":"NOT_READY"}}}',
      '{"action":"publishCimEvent","data":{}}',
      '{"action":"nothing"}',
      'hello',
    ];
    const people = await Promise.all(frames.map(() => centre.person()));
    const desks = await Promise.all(people.map((person) => person.connect()));
    await Promise.all(desks.map((desk) => desk.ask('heartbeat')));
    for (let beats = 0; beats < 8; beats++) {
      await centre.passes(500);
      for (const [index, frame] of frames.entries()) desks[index]?.raw(frame);
    }
    expect(frames.filter((_, index) => desks[index]?.closed)).toEqual([]);
    for (const { id } of people) expect((await agent(id)).connected).toBe(true);
  });

  it('is only given to a desk that asks for it: one that never sent a heartbeat is held', async () => {
    const pat = await centre.person();
    const desk = await pat.connect();
    await centre.passes(4_000);
    await checkSession(pat.id, connectionOf(pat.id));
    expect(desk.closed).toBeUndefined();
    expect(await agent(pat.id)).toMatchObject({ connected: true, state: { name: 'NOT_READY' } });
  });
});

describe('A lease that a desk asks for', () => {
  it('is as long as that while the desk wants it, and then as short as ever', async () => {
    const pat = await centre.person();
    const desk = await pat.connect();
    expect(await desk.ask('heartbeat', { leaseSeconds: 60 })).toMatchObject({ status: 'ok', leaseSeconds: 60 });
    await centre.passes(5_000); // longer than a lease of 3 seconds
    expect(desk.closed).toBeUndefined();
    expect((await agent(pat.id)).connected).toBe(true);
    expect(await desk.ask('heartbeat')).toMatchObject({ status: 'ok', leaseSeconds: 3, now: expect.any(Number) });
    await centre.poll(async () => (await agent(pat.id)).connected).toBe(false);
  });

  it('is granted within bounds, and the answer says what was granted', async () => {
    const desk = await (await centre.person()).connect();
    expect(await desk.ask('heartbeat', { leaseSeconds: 86_400 })).toMatchObject({ leaseSeconds: MAX_LEASE_SECONDS });
    expect(await desk.ask('heartbeat', { leaseSeconds: 0 })).toMatchObject({ code: 'event.invalid' });
  });
});

describe('A heartbeat', () => {
  it('with an id is acknowledged, without one it is answered by nothing', async () => {
    const desk = await (await centre.person()).connect();
    expect(await desk.ask('heartbeat', undefined, 'h1')).toEqual({
      id: 'h1',
      status: 'ok',
      leaseSeconds: 3,
      now: expect.any(Number),
    });
    expect(await desk.ask('heartbeat', {}, 'h2')).toEqual({
      id: 'h2',
      status: 'ok',
      leaseSeconds: 3,
      now: expect.any(Number),
    });
    desk.frames.length = 0;
    desk.send('heartbeat');
    await centre.passes(500);
    expect(desk.frames).toEqual([]);
  });

  it('that comes after the connection was given up is refused, and does not bring it back', async () => {
    const { pat, desk, jo } = await pair();
    const connectionId = connectionOf(pat.id);
    const [connection] = centre.stack.gateway.connections().filter((open) => open.connectionId === connectionId);
    await centre.stack.invoke('socket/disconnect', { requestContext: connection });
    expect(await desk.ask('heartbeat')).toMatchObject({ status: 'error', code: 'session.notConnected' });
    expect((await agent(pat.id)).connected).toBe(false);
    const { conversationId } = jo;
    const refused = await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Hello') });
    expect(refused).toMatchObject({ status: 'error', code: 'session.notConnected' });
  });
});
