/**
 * "Why was this not routed?" The platform can ask, and is told who was considered, and the first
 * condition that each one failed.
 */
import { describe, expect, it } from 'vitest';
import { EpochMs } from '../../shared/protocol/values.ts';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();

/* oxlint-disable typescript/no-explicit-any -- tests read deep into answers */

interface Line {
  readonly agentId: string;
  readonly failed: string | null;
}

interface Explanation {
  readonly task: any;
  readonly lastDecision: {
    readonly at: number;
    readonly offeredTo: string | null;
    readonly considered: readonly Line[];
  } | null;
  readonly availableNow: readonly Line[];
  readonly lines: readonly { readonly attributes: Record<string, unknown>; readonly failed: string | null }[];
}

async function explained(conversationId: string): Promise<Explanation[]> {
  const { status, body } = await centre.call('GET', `/conversations/${conversationId}/routing`);
  expect(status).toBe(200);
  return body.tasks;
}

/** The explanation of the only task, once it says this. */
function onceExplained(conversationId: string, says: (one: Explanation) => boolean): Promise<Explanation> {
  return centre.eventually(async () => {
    const tasks = await explained(conversationId);
    const found = tasks.find(says);
    if (!found) throw new Error(`still explained as ${JSON.stringify(tasks)}`);
    return found;
  });
}

const failureOf = (lines: readonly Line[], agentId: string) => lines.find((line) => line.agentId === agentId)?.failed;

describe('A request', () => {
  it('that found its agent names them, and says of all others what those of their line lack', async () => {
    const queue = await centre.queue();
    const wrong = await centre.person(['agent'], { attributes: { [queue]: 0 } });
    const right = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    await wrong.ready();
    const desk = await right.ready();
    const { conversationId } = await centre.customer(queue);
    await desk.next('taskRequest');
    const { task, lastDecision, availableNow, lines } = await onceExplained(
      conversationId,
      (one) => one.lastDecision !== null,
    );
    expect(task).toMatchObject({ conversationId, assignedTo: { id: right.id }, activeMedia: [{ state: 'RESERVED' }] });
    expect(lastDecision?.offeredTo).toBe(right.id);
    expect(EpochMs.safeParse(lastDecision?.at).success).toBe(true);
    expect(failureOf(lastDecision?.considered ?? [], right.id)).toBeNull();
    expect(lines.filter(({ failed }) => failed === null).map(({ attributes }) => attributes)).toEqual([{ [queue]: 1 }]);
    expect(lines.map(({ failed }) => failed)).toContain(`${queue} >= 1`);
    expect(availableNow).toEqual([]); // it does not look for anybody any more
  });

  it('that found nobody says why of each who was there', async () => {
    const queue = await centre.queue();
    const person = await centre.person(['agent'], { attributes: { [queue]: 0 } });
    await person.ready();
    const { conversationId } = await centre.customer(queue);
    const { task, lastDecision, availableNow } = await onceExplained(
      conversationId,
      (one) => one.lastDecision !== null,
    );
    expect(task).toMatchObject({ assignedTo: null, activeMedia: [{ state: 'QUEUED' }] });
    expect(lastDecision?.offeredTo).toBeNull();
    expect(failureOf(availableNow, person.id)).toBe(`${queue} >= 1`);
  });

  it('compares agents as they are now, not as they were', async () => {
    const queue = await centre.queue();
    const { conversationId } = await centre.customer(queue);
    const later = await centre.person(['agent'], { attributes: { [queue]: 0 } });
    const desk = await later.ready();
    await onceExplained(conversationId, ({ availableNow }) => failureOf(availableNow, later.id) === `${queue} >= 1`);
    await desk.become('NOT_READY');
    const [one] = await explained(conversationId);
    expect(one?.availableNow.map(({ agentId }) => agentId)).not.toContain(later.id);
  });

  it('says that somebody who let it ring out is passed over for a while', async () => {
    const queue = await centre.queue({ acceptSeconds: 1, ronaPolicy: 'KEEP' });
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desk = await person.ready();
    const { conversationId } = await centre.customer(queue);
    await desk.next('revokeTask');
    const said = await onceExplained(conversationId, ({ availableNow }) =>
      Boolean(failureOf(availableNow, person.id)?.startsWith('let this request ring out')),
    );
    expect(said.task.activeMedia[0]).toMatchObject({ state: 'QUEUED', priority: 11 });
    await desk.next('taskRequest'); // and then it rings there again
  });

  it('waits for the step of the queue that wants less', async () => {
    const person = await centre.person();
    const desk = await person.ready();
    const [later, never] = [`a-${person.id}`, `b-${person.id}`];
    await centre.call('PUT', `/config/agents/${person.id}`, { attributes: { [later]: 1 } });
    const step = (attribute: string, timeoutSeconds: number) => ({
      expressions: [{ attribute, operator: '>=', value: 1 }],
      timeoutSeconds,
    });
    const queue = await centre.queue({ steps: [step(never, 2), step(later, 600)] });
    const { conversationId } = await centre.customer(queue);
    await onceExplained(conversationId, ({ availableNow }) => failureOf(availableNow, person.id) === `${never} >= 1`);
    await desk.next('taskRequest');
    await onceExplained(conversationId, ({ lastDecision }) => lastDecision?.offeredTo === person.id);
  });

  it('goes on looking at anybody on its MRD where its queue was removed', async () => {
    const queue = await centre.queue();
    const { conversationId } = await centre.customer(queue);
    await centre.call('DELETE', `/config/queues/${queue}`);
    const person = await centre.person();
    const desk = await person.ready();
    const { data } = await desk.next('taskRequest', (offer) => offer.conversationId === conversationId);
    expect(data.queue?.id).toBe(queue);
  });
});

describe('A conversation', () => {
  it('that is routed nowhere has nothing to explain', async () => {
    const channelSession = {
      id: `s-${Date.now()}`,
      channel: { channelType: { name: 'WEB' } },
      channelData: { channelCustomerIdentifier: 'x' },
    };
    const { body } = await centre.call('POST', '/conversations', { channelSession });
    expect(await explained(body.conversationId)).toEqual([]);
  });

  it('that is over has nothing to explain', async () => {
    const customer = await centre.customer(await centre.queue());
    expect(await explained(customer.conversationId)).toHaveLength(1);
    await customer.leaves();
    expect(await explained(customer.conversationId)).toEqual([]);
  });
});
