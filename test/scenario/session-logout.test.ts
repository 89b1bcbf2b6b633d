/**
 * Logging out: by oneself, or by force. Work goes to others at once, the desk is told and closed,
 * and the agent may log in again.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();

/** An agent with a queue of their own, and a colleague for the same. */
async function pair(settings: Record<string, unknown> = {}) {
  const queue = await centre.queue(settings);
  const profile = { attributes: { [queue]: 1 } };
  const [pat, bo] = [await centre.person(['agent'], profile), await centre.person(['agent'], profile)];
  return { queue, pat, bo, desk: await pat.ready() };
}

function agent(id: string) {
  return centre.call('GET', `/agents/${id}`).then(({ body }) => body);
}

/** A token of a supervisor of this team. */
function supervisorOf(teamId: string) {
  const team = { teamId: 'leads', teamName: 'Leads' };
  const supervisedTeams = [{ teamId, teamName: teamId }];
  const who = { id: `s-${randomUUID().slice(0, 8)}`, firstName: 'Sol', lastName: 'Smith', roles: ['supervisor'], team };
  return centre.stack.token({ ...who, supervisedTeams });
}

describe('An agent who logs out', () => {
  it('is told so with the reason, closed two seconds later, and may log in again', async () => {
    const { pat, desk } = await pair();
    const { agentLoginTime } = await agent(pat.id);
    const { data } = await desk.become('LOGOUT', { id: 'end-of-shift', name: 'End of shift', type: 'LOGOUT' });
    const toldAt = centre.now();
    expect(data).toMatchObject({ action: 'AGENT_STATE_CHANGED', agentStateChanged: true });
    expect(data.mrdStateChanges).toEqual(['CHAT', 'CX_VOICE']);
    expect(data.agentPresence.state.reasonCode?.name).toBe('End of shift');
    expect(data.agentPresence.agentMrdStates.map(({ state }) => state)).toEqual(['LOGOUT', 'LOGOUT']);
    expect((await desk.gone()).code).toBe(1000);
    expect(centre.now() - toldAt).toBeGreaterThan(1_500);
    await centre.poll(() => agent(pat.id)).toMatchObject({ connected: false, state: { name: 'LOGOUT' } });

    const again = await pat.open();
    const login = await again.next('agentPresence_');
    expect(login.data.agentPresence.state).toEqual({ name: 'NOT_READY', reasonCode: null });
    expect(login.data.agentPresence.agentLoginTime).toBeGreaterThan(agentLoginTime);
    await again.become('READY');
  });

  it.each([
    ['without a reason', undefined, null],
    ['with an empty reason', '', null],
    ['with the bare id of a reason', 'end-of-shift', 'End of shift'],
  ])('may do so %s', async (_, reasonCode, name) => {
    const { desk } = await pair();
    desk.send('changeAgentState', { action: 'agentState', state: { name: 'LOGOUT', reasonCode } });
    const { agentPresence } = (await desk.next('agentPresence_')).data;
    expect(agentPresence.state.name).toBe('LOGOUT');
    expect(agentPresence.state.reasonCode?.name ?? null).toBe(name);
  });

  it('leaves conversations and offers to colleagues, and finishes a wrap-up', async () => {
    const { queue, desk, bo, pat } = await pair({ wrapUp: { enabled: true, seconds: 60 } });
    const talking = await centre.customer(queue);
    await desk.accept();
    const finished = await centre.customer(queue);
    await desk.accept();
    await finished.leaves();
    await desk.next('wrapupTimerStarted');
    const ringing = await centre.customer(queue);
    const offer = await desk.next('taskRequest');
    const colleague = await bo.ready();

    desk.frames.length = 0;
    desk.send('changeAgentState', { action: 'agentState', state: { name: 'LOGOUT' } });
    await desk.next('agentPresence_', ({ agentPresence }) => agentPresence.state.name === 'LOGOUT');
    await desk.gone();
    const revoked = desk.frames.filter(({ event }) => event === 'revokeTask').map(({ data }) => data);
    expect(revoked).toMatchObject([{ conversationId: ringing.conversationId, taskId: offer.data.taskId }]);

    const topics = [await colleague.accept(), await colleague.accept()];
    const ids = topics.map(({ conversationId }) => conversationId);
    expect(new Set(ids)).toEqual(new Set([talking.conversationId, ringing.conversationId]));
    for (const { conversationId } of [talking, ringing]) {
      const { body } = await centre.call('GET', `/conversations/${conversationId}`);
      expect(body.tasks[0].activeMedia[0].priority).toBe(11);
    }
    const { body } = await centre.call('GET', `/conversations/${finished.conversationId}`);
    expect(body).toMatchObject({ state: 'CLOSED', participants: [], tasks: [] });
    expect((await agent(pat.id)).tasks).toEqual([]);
  });

  it('is told that the offers are revoked before the presence that ends the session', async () => {
    const { queue, desk } = await pair();
    await centre.customer(queue);
    await desk.next('taskRequest');
    desk.frames.length = 0;
    desk.send('changeAgentState', { action: 'agentState', state: { name: 'LOGOUT' } });
    await desk.gone();
    expect(desk.frames.map(({ event }) => event)).toEqual(['revokeTask', 'agentPresence_']);
  });

  it('and logs in again at once keeps the new connection', async () => {
    const { pat, desk } = await pair();
    await desk.become('LOGOUT');
    const again = await pat.connect();
    await desk.gone();
    await again.become('READY');
    await again.never('socketSessionRemoved', 3_000);
    expect(again.closed).toBeUndefined();
    expect((await agent(pat.id)).state.name).toBe('READY');
  });

  it('can change nothing any more, and hears so', async () => {
    const { pat, desk } = await pair();
    await desk.become('LOGOUT');
    desk.frames.length = 0;
    desk.send('changeAgentState', { action: 'agentState', state: { name: 'READY', reasonCode: null } });
    desk.send('changeAgentState', { action: 'agentMRDState', state: 'READY', mrdId: 'CHAT' });
    for (let answers = 0; answers < 2; answers++) {
      const { data } = await desk.next('agentPresence_');
      expect(data).toMatchObject({ action: 'AGENT_STATE_UNCHANGED', agentPresence: { state: { name: 'LOGOUT' } } });
    }
    expect((await agent(pat.id)).state.name).toBe('LOGOUT');
  });
});

describe('A forced logout', () => {
  it('by a supervisor of the team ends the session with the reason that desks know', async () => {
    const { queue, pat, desk, bo } = await pair();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    const colleague = await bo.ready();
    const answer = await centre.call('POST', `/agents/${pat.id}/logout`, undefined, await supervisorOf('blue'));
    expect(answer).toMatchObject({ status: 200, body: { state: { name: 'LOGOUT' } } });
    const { data } = await desk.next('agentPresence_', ({ agentPresence }) => agentPresence.state.name === 'LOGOUT');
    expect(data.agentPresence.state.reasonCode).toMatchObject({
      id: '62ffc95cf12b6ccf1594d934',
      name: 'FORCED_LOGOUT_BY_SUPERVISOR',
      type: 'LOGOUT',
      code: 9,
    });
    expect((await colleague.next('taskRequest')).conversationId).toBe(conversationId);
    expect((await desk.gone()).code).toBe(1000);
  });

  it.each([
    ['the supervisor of another team', () => supervisorOf('red'), 'role.forbidden'],
    ['another agent', () => centre.stack.token('bob'), 'auth.noRole'],
  ])('by %s is refused, and nothing happens to the agent', async (_, token, code) => {
    const { pat, desk } = await pair();
    const answer = await centre.call('POST', `/agents/${pat.id}/logout`, undefined, await token());
    expect(answer).toMatchObject({ status: 403, body: { code } });
    desk.frames.length = 0;
    await desk.never('agentPresence_', 300);
    expect(await agent(pat.id)).toMatchObject({ connected: true, state: { name: 'READY' } });
  });

  it('by the platform works on whoever is there, whatever their state', async () => {
    const { pat, desk } = await pair();
    await desk.become('NOT_READY');
    const logout = () => centre.call('POST', `/agents/${pat.id}/logout`);
    expect(await logout()).toMatchObject({ status: 200, body: { state: { name: 'LOGOUT' } } });
    await desk.gone();
    const { stateChangeTime } = await agent(pat.id);
    expect(await logout()).toMatchObject({ status: 200, body: { stateChangeTime } });
    expect(await centre.call('POST', '/agents/nobody/logout')).toMatchObject({
      status: 404,
      body: { code: 'agent.unknown' },
    });
  });

  it('of an agent whose connection was lost does not wait for the grace', async () => {
    const { queue, pat, desk, bo } = await pair();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    const colleague = await bo.ready();
    desk.vanish();
    await centre.poll(async () => (await agent(pat.id)).connected).toBe(false);
    await centre.call('POST', `/agents/${pat.id}/logout`);
    expect((await colleague.next('taskRequest')).conversationId).toBe(conversationId);
    const { data } = await (await pat.open()).next('agentPresence_');
    expect(data).toMatchObject({ agentStateChanged: true, agentPresence: { state: { name: 'NOT_READY' } } });
  });
});
