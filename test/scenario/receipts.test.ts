/**
 * A desk that promises to confirm its offers is missed within seconds: no customer waits for one
 * that has died without a word. A desk that promises nothing is left to ring. `acceptSeconds` and
 * the lease are minutes here, so that nothing but the missing receipt can move an offer.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { RECEIPTS, SUBPROTOCOL } from '../../shared/protocol/frame.ts';
import { contactCentre, type Person } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';
import { fire } from '../support/engines.ts';
import { agentOf, closings, conversationOf, logOf } from '../support/platform.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ environment: { LEASE_SECONDS: '600', GRACE_SECONDS: '600' } });
const desks: Desk[] = [];
afterEach(() => desks.splice(0).forEach((desk) => desk.vanish()));

async function connect(person: Person, ...promises: string[]): Promise<Desk> {
  const desk = await Desk.open(centre.stack.wsUrl, await person.token(), [SUBPROTOCOL, ...promises]);
  desks.push(desk);
  await desk.next('onSessionReady');
  await desk.become('READY');
  return desk;
}

/**
 * Pat, who is first in line and whose desk promises what it promises, Bo, who is next, and a
 * customer who rings at Pat's.
 */
async function ringing(...promises: string[]) {
  const queue = await centre.queue({ acceptSeconds: 600, requestTtlSeconds: 900 });
  const profile = { attributes: { [queue]: 1 } };
  const [pat, bo] = [await centre.person(['agent'], profile), await centre.person(['agent'], profile)];
  const desk = await connect(pat, ...promises);
  const next = await bo.ready();
  const comes = async () => {
    const { conversationId } = await centre.customer(queue);
    return conversationId;
  };
  return { pat, bo, desk, next, comes };
}

/** The receipt of the offer that rings is due now. */
async function receiptDue(conversationId: string, agentId: string) {
  const connectionId = centre.stack.gateway.connections().findLast(({ principalId }) => principalId === agentId)?.connectionId ?? ''; // prettier-ignore
  const [task] = (await conversationOf(centre, conversationId)).tasks;
  await fire(centre.stack, { kind: 'receiptDue', conversationId, taskId: task.id, agentId, connectionId });
}

describe('The offer of a desk that has died without a word', () => {
  it('goes on to the next agent, because nobody confirmed it, and the desk is given up', async () => {
    const { pat, bo, next, comes } = await ringing(RECEIPTS);
    centre.stack.gateway.dropConnection(pat.id, { silently: true }); // the gateway goes on to take what is posted
    const since = performance.now();
    const conversationId = await comes();
    expect((await next.next('taskRequest')).data.conversationId).toBe(conversationId);
    console.log(`with the next agent after ${Math.round(performance.now() - since)} ms`);
    const log = await logOf(centre, conversationId);
    expect(log.filter(({ name }) => name === 'AGENT_RESERVED').map(({ data }) => data.ccUser.id)).toEqual([
      pat.id,
      bo.id,
    ]);
    expect(closings(log)).toEqual(['REROUTE']);
    // Away, and not as one who let it ring: whoever comes back goes on where they were.
    expect(await agentOf(centre, pat.id)).toMatchObject({ connected: false, tasks: [], state: { name: 'READY' } });
  });

  it('rings on where the desk promised nothing', async () => {
    const { pat, next, comes } = await ringing();
    centre.stack.gateway.dropConnection(pat.id, { silently: true });
    const conversationId = await comes();
    await withoutTrace(centre.stack, () => receiptDue(conversationId, pat.id));
    await next.never('taskRequest', 4_000);
    expect(await agentOf(centre, pat.id)).toMatchObject({ connected: true, tasks: [{ conversationId }] });
  });
});

describe('An offer to a desk that promises receipts', () => {
  it('is the agent’s to answer once it is confirmed, which is answered by nothing', async () => {
    const { pat, desk, comes } = await ringing(RECEIPTS);
    const conversationId = await comes();
    const { data } = await desk.next('taskRequest');
    desk.frames.length = 0;
    desk.send('offerReceived', { conversationId, taskId: data.taskId });
    desk.send('offerReceived', { conversationId, taskId: data.taskId });
    desk.send('offerReceived', { conversationId: 'nowhere', taskId: 'none' });
    await desk.never('revokeTask', 4_500);
    expect(desk.frames).toEqual([]);
    await withoutTrace(centre.stack, () => receiptDue(conversationId, pat.id));
    desk.send('topicSubscription', { conversationId, taskId: data.taskId });
    await desk.next('onTopicData');
  });

  it('goes on as well where the desk lives but does not confirm it, and the agent stays', async () => {
    const { pat, desk, next, comes } = await ringing(RECEIPTS);
    await desk.ask('heartbeat');
    const conversationId = await comes();
    await desk.next('taskRequest');
    await desk.ask('heartbeat');
    expect((await desk.next('revokeTask')).data).toMatchObject({ conversationId, reason: 'REROUTE' });
    expect((await next.next('taskRequest')).data.conversationId).toBe(conversationId);
    expect(await agentOf(centre, pat.id)).toMatchObject({ connected: true, tasks: [], state: { name: 'READY' } });
    expect(desk.closed).toBeUndefined();
  });
});
