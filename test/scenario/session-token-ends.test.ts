/**
 * A token that ends while its desk is open: the desk is asked in time and sends a newer one; else
 * it gets no new customers, and in the end is closed.
 */
import { describe, expect, it } from 'vitest';
import { connect } from '../../shared/client/client.ts';
import { contactCentre, webSession, type Person } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { reach } from '../support/reach.ts';
import { LIFE_SECONDS, somebody } from '../support/short-lived.ts';

const centre = contactCentre({ environment: { GRACE_SECONDS: '60', LEASE_SECONDS: '600' } });

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
    const { queue, pat, token, desk, since } = await somebody(centre);
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
    const { queue, token, desk, since } = await somebody(centre);
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
    const { pat, token, desk, since } = await somebody(centre);
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
    const { queue, who, token, desk } = await somebody(centre);
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
