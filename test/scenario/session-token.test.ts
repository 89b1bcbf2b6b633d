/**
 * A token that ends while its desk is open: the desk is asked in time and sends a newer one; else
 * it gets no new customers, and in the end is closed. A supervisor puts an agent out at once.
 */
import { describe, expect, it } from 'vitest';
import { connect } from '../../shared/client/client.ts';
import { contactCentre, webSession, type Person } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { reach } from '../support/reach.ts';

const centre = contactCentre({ environment: { GRACE_SECONDS: '60', LEASE_SECONDS: '600' } });

const LIFE_SECONDS = 600;

/** Somebody of a queue of their own whose tokens last ten minutes, ready over one of them. */
async function somebody() {
  const queue = await centre.queue();
  const pat = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const who = { id: pat.id, firstName: 'Pat', lastName: 'Poe', roles: ['agent'] };
  const token = (more: Parameters<typeof centre.stack.token>[1] = {}) =>
    centre.stack.token(who, { expiresInSeconds: LIFE_SECONDS, ...more });
  const since = centre.now();
  const desk = await Desk.greeted(centre.stack.wsUrl, await token());
  await desk.become('READY');
  return { queue, pat, who, token, desk, since };
}

/** As a desk that lives, until so long after `since`. */
async function living(desk: Desk, until: number): Promise<void> {
  while (centre.now() < until) {
    await centre.passes(Math.min(60_000, until - centre.now()));
    desk.send('heartbeat');
  }
}

async function tasksOf(pat: Person): Promise<number> {
  const { body } = await centre.call('GET', `/agents/${pat.id}`);
  return body.tasks.length;
}

describe('A token that ends while its desk is open', () => {
  it('is asked for in time, and a newer one goes on as if nothing had been', async () => {
    const { queue, pat, token, desk, since } = await somebody();
    await living(desk, since + LIFE_SECONDS * 1000 - 60_000);
    const { data } = await desk.next('tokenExpiring');
    expect(data.newCustomersUntil - data.expiresAt).toBe(60_000);
    expect(data.sessionEndsAt - data.newCustomersUntil).toBe(60_000);
    expect(data.expiresAt - data.now).toBeGreaterThan(50_000);
    const answer = await desk.ask('refreshToken', { token: await token() });
    expect(answer).toMatchObject({ status: 'ok' });
    expect(Number(answer['expiresAt'])).toBeGreaterThan(data.expiresAt);
    await living(desk, data.sessionEndsAt + 30_000);
    const jo = await centre.customer(queue);
    await desk.next('taskRequest', ({ conversationId }) => conversationId === jo.conversationId);
    expect(await tasksOf(pat)).toBe(1);
    desk.vanish();
  });

  it('brings no new customers after the grace, not even from a list, until a newer one comes', async () => {
    const { queue, token, desk, since } = await somebody();
    const list = queue;
    await centre.call('PUT', `/config/lists/${list}`, { name: list, mrdId: 'CHAT' });
    await desk.ask('subscribePullModeList', { listId: list });
    await living(desk, since + LIFE_SECONDS * 1000 + 61_000);
    await desk.next('tokenExpiring');
    await desk.next('tokenExpiring');
    const jo = await centre.customer(queue);
    const { body } = await centre.call('POST', '/conversations', {
      channelSession: webSession(`on-${list}`),
      list,
    });
    const join = await desk.ask('joinPullModeRequest', { requestId: body.conversationId });
    expect(join).toMatchObject({ status: 'error', code: 'auth.expired' });
    expect(desk.frames.filter(({ event }) => event === 'taskRequest')).toEqual([]);
    expect(await desk.ask('refreshToken', { token: await token() })).toMatchObject({ status: 'ok' });
    await desk.next('taskRequest', ({ conversationId }) => conversationId === jo.conversationId);
    desk.vanish();
  });

  it('ends the session after a second grace, as the gateway would', async () => {
    const { pat, token, desk, since } = await somebody();
    await living(desk, since + LIFE_SECONDS * 1000 + 119_000);
    expect(desk.closed).toBeUndefined();
    await desk.gone();
    expect(centre.now()).toBeGreaterThanOrEqual(since + LIFE_SECONDS * 1000 + 118_000);
    const { body } = await centre.call('GET', `/agents/${pat.id}`);
    expect(body).toMatchObject({ connected: false, state: { name: 'READY' } });
    const back = await Desk.greeted(centre.stack.wsUrl, await token());
    expect((await back.next('agentPresence_')).data.agentPresence.state.name).toBe('READY');
    back.vanish();
  });

  it('is renewed by the client, where its token is a function', async () => {
    const { queue, who, token, desk } = await somebody();
    desk.vanish();
    let asked = 0;
    const agent = await connect({
      ...reach(centre.stack.wsUrl),
      url: centre.stack.wsUrl,
      token: () => {
        asked += 1;
        if (asked === 2) throw new Error('the issuer is busy');
        return token();
      },
    });
    const late: number[] = [];
    agent.on('tokenExpiring', ({ now, expiresAt }) => now > expiresAt && late.push(now));
    const states: string[] = [];
    const read = (async () => {
      for await (const state of agent.connectionStates()) states.push(state);
    })();
    await centre.passes(30 * 60_000);
    expect(asked).toBeGreaterThan(3);
    expect(states).toEqual(['connected']);
    expect(late).toEqual([]);
    const jo = await centre.customer(queue);
    for await (const offer of agent.offers()) {
      expect(offer.conversationId).toBe(jo.conversationId);
      break;
    }
    expect(agent.id).toBe(who.id);
    agent.close();
    await read;
  });
});

describe('A newer token', () => {
  it('is of the same person, and an access token', async () => {
    const { token, desk } = await somebody();
    const amy = await centre.stack.token('amy');
    expect(await desk.ask('refreshToken', { token: amy })).toMatchObject({ code: 'agent.mismatch' });
    const id = await token({ claims: { typ: 'ID' } });
    expect(await desk.ask('refreshToken', { token: id })).toMatchObject({ code: 'auth.notAccessToken' });
    const old = await token({ expiresInSeconds: -30 });
    expect(await desk.ask('refreshToken', { token: old })).toMatchObject({ code: 'auth.expired' });
    expect(await desk.ask('refreshToken', {})).toMatchObject({ code: 'event.invalid' });
    desk.vanish();
  });

  it('says what its owner may from now on', async () => {
    const { who, desk } = await somebody();
    expect(await desk.ask('subscribeTeam', {})).toMatchObject({ code: 'role.forbidden' });
    const supervisedTeams = [{ teamId: 'green', teamName: 'Green' }];
    const boss = await centre.stack.token({ ...who, roles: ['agent', 'supervisor'], supervisedTeams });
    expect(await desk.ask('refreshToken', { token: boss })).toMatchObject({ status: 'ok' });
    const { agentPresence } = (
      await desk.next('agentPresence_', (data) => data.agentPresence.agent.keycloakUser.roles.includes('supervisor'))
    ).data;
    expect(agentPresence.agent.keycloakUser.supervisedTeams).toEqual(supervisedTeams);
    expect(await desk.ask('subscribeTeam', {})).toMatchObject({ status: 'ok' });
    desk.vanish();
  });
});

describe('An agent who is put out', () => {
  it('is logged out at once, and none of their tokens opens a door, until they get a new one', async () => {
    const { pat, who, token, desk } = await somebody();
    const supervisor = { ...who, roles: ['supervisor'], supervisedTeams: [{ teamId: 'blue', teamName: 'Blue' }] };
    const [mine, theirs] = [await token(), await centre.stack.token(supervisor, { claims: {} })];
    expect((await centre.call('GET', '/agents', undefined, theirs)).status).toBe(200);
    const out = await centre.call('POST', `/agents/${pat.id}/logout`, { revoke: true });
    expect(out).toMatchObject({ status: 200, body: { state: { name: 'LOGOUT' } } });
    await desk.gone();
    await expect(Desk.open(centre.stack.wsUrl, mine)).rejects.toThrow('HTTP 401');
    const why = await centre.call('GET', '/handshake', undefined, mine);
    expect(why).toMatchObject({ status: 401, body: { data: { content: { code: 'auth.revoked' } } } });
    expect(await centre.call('GET', '/agents', undefined, theirs)).toMatchObject({
      status: 401,
      body: { code: 'auth.revoked' },
    });
    await centre.passes(1_000);
    const again = await Desk.greeted(centre.stack.wsUrl, await token());
    again.vanish();
  });

  it('is only logged out where nobody asks for more, and a body that means something else is refused', async () => {
    const { pat, token, desk } = await somebody();
    const mine = await token();
    expect((await centre.call('POST', `/agents/${pat.id}/logout`, { revoke: 'yes' })).status).toBe(400);
    expect((await centre.call('POST', `/agents/${pat.id}/logout`)).status).toBe(200);
    await desk.gone();
    const again = await Desk.greeted(centre.stack.wsUrl, mine);
    again.vanish();
  });
});
