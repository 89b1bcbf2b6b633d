/** Offers of one conversation follow each other, and what is said of the former may come late. */
import { describe, expect, it } from 'vitest';
import { Offers } from '../../../shared/client/faces/offers.ts';
import type { ManagerPayload } from '../../../shared/protocol/manager-events.ts';
import { managerSamples } from '../../fixtures/samples.ts';
import { managerEvents } from '../../../shared/protocol/manager-events.ts';

const request: ManagerPayload<'taskRequest'> = managerEvents.taskRequest.parse(managerSamples.taskRequest);
const attempt = (taskId: string) => ({ ...request, conversationId: 'c-1', taskId });
const nobody = () => Promise.reject(new Error('nobody answers here'));

/** The offers that ring, by the ids of their tasks. */
async function ringing(offers: Offers): Promise<string[]> {
  offers.rings({ ...request, conversationId: 'last' });
  const all: string[] = [];
  for await (const { conversationId, taskId } of offers.read()) {
    if (conversationId === 'last') return all;
    all.push(taskId);
  }
  return all;
}

describe('A task that rings again', () => {
  const again = () => {
    const offers = new Offers({ accept: nobody, decline: nobody });
    offers.rings(attempt('t:t-m'));
    offers.revoked('c-1', 'RONA', 't:t-m');
    offers.rings(attempt('t:t-m2'));
    return offers;
  };

  it('is an offer of its own', async () => {
    expect(await ringing(again())).toEqual(['t:t-m2']);
  });

  it('is not taken away by what comes late of the attempt before', async () => {
    const offers = again();
    offers.revoked('c-1', 'EXPIRED', 't:t-m');
    expect(await ringing(offers)).toEqual(['t:t-m2']);
  });

  it.each([['t:t-m2'], [undefined]])('is taken away by its own revocation (%s)', async (taskId) => {
    const offers = again();
    offers.revoked('c-1', 'RONA', taskId);
    expect(await ringing(offers)).toEqual([]);
  });
});
