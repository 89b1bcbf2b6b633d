/** Who lets a customer wait is asked last for them: after all others, and each time later. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';
import { colleague } from '../support/scene.ts';

const centre = contactCentre();

/** Seconds between the end of each offer, or of each conversation, and the next offer. */
async function pauses(conversationId: string): Promise<number[]> {
  const log = await logOf(centre, conversationId);
  const ends = log.filter(
    ({ name, data }) =>
      name === 'TASK_STATE_CHANGED' && ['RONA', 'RESPONSE_TIMEOUT'].includes(data.task.state.reasonCode),
  );
  const starts = log.filter(({ name }) => name === 'AGENT_RESERVED').slice(1);
  return starts.map(({ timestamp }, index) => Math.round((timestamp - Number(ends[index]?.['timestamp'])) / 1000));
}

describe('The only agent', () => {
  it('who lets an offer ring out is asked again, each time later, and within bounds', async () => {
    const queue = await centre.queue({ acceptSeconds: 1, ronaPolicy: 'KEEP', requestTtlSeconds: 600 });
    await colleague(centre, queue);
    const { conversationId } = await centre.customer(queue);
    await centre.passes(60_000);
    const waited = await pauses(conversationId);
    expect(waited.slice(0, 5)).toEqual([1, 2, 4, 8, 8]);
  });

  it('who does not answer the customer is asked again, each time later', async () => {
    const queue = await centre.queue({ acceptSeconds: 2, agentSlaSeconds: 3, requestTtlSeconds: 600 });
    const amy = await colleague(centre, queue);
    const { conversationId } = await centre.customer(queue);
    for (let time = 0; time < 3; time++) {
      await amy.desk.accept();
      await amy.desk.next('topicUnsubscription', ({ reason }) => reason === 'AGENT SLA EXPIRED');
    }
    await amy.desk.next('taskRequest');
    expect(await pauses(conversationId)).toEqual([2, 4, 8]);
  });
});

describe('Of two agents', () => {
  it('the other one is asked, once the first has not answered in time', async () => {
    const queue = await centre.queue({ agentSlaSeconds: 3 });
    const amy = await colleague(centre, queue);
    const { conversationId } = await centre.customer(queue);
    await amy.desk.accept();
    const bob = await colleague(centre, queue);
    await amy.desk.next('topicUnsubscription', ({ reason }) => reason === 'AGENT SLA EXPIRED');
    expect((await bob.desk.next('taskRequest')).data.conversationId).toBe(conversationId);
    expect(await pauses(conversationId)).toEqual([0]);
  });

  it('the first takes no more where the queue says so', async () => {
    const queue = await centre.queue({ agentSlaSeconds: 3, slaPolicy: 'MRD_NOT_READY' });
    const amy = await colleague(centre, queue);
    await centre.customer(queue);
    await amy.desk.accept();
    const { data } = await amy.desk.next('agentPresence_', ({ agentPresence }) =>
      agentPresence.agentMrdStates.some(({ mrd, state }) => mrd.id === 'CHAT' && state === 'NOT_READY'),
    );
    expect(data.agentPresence.agent.id).toBe(amy.id);
  });
});
