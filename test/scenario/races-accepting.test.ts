/**
 * Accepting at the very moment at which the offer ends: one of the two happens, never both and
 * never neither.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { fire } from '../support/engines.ts';
import { agentOf, closings, conversationOf, logOf } from '../support/platform.ts';
import { heard } from '../support/talk.ts';

const centre = contactCentre();
const LANES = 5;
const ROUNDS = 2;

/** Somebody whom it rings at, in a queue of their own. */
async function ringing(settings: Record<string, unknown>) {
  const queue = await centre.queue(settings);
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const desk = await person.ready();
  return { queue, person, desk };
}

/** Several races side by side, several times over; each with the number of its round. */
async function race(settings: Record<string, unknown>, run: (lane: Lane, round: number) => Promise<string>) {
  const lanes = await Promise.all(Array.from({ length: LANES }, () => ringing(settings)));
  const outcomes: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    outcomes.push(...(await Promise.all(lanes.map((lane, n) => run(lane, round * LANES + n)))));
  }
  return outcomes;
}
type Lane = Awaited<ReturnType<typeof ringing>>;

/** The parts of what a desk heard that concern offers and conversations. */
const storyOf = (desk: Desk) => heard(desk).filter((name) => !['agentPresence_', 'ack'].includes(name));

describe('An offer that is accepted as it ends', () => {
  it('is either accepted or not answered, never both', async () => {
    const outcomes = await race(
      { acceptSeconds: 1, ronaPolicy: 'KEEP', wrapUp: { enabled: false } },
      async (lane, n) => {
        const { desk, person, queue } = lane;
        const customer = await centre.customer(queue);
        const { conversationId } = customer;
        const { data } = await desk.next('taskRequest', (offer) => offer.conversationId === conversationId);
        const taskId = data.taskId.split(':')[0] ?? '';
        const expiresAt = Number(data['expiresAt']);
        await centre.passes(expiresAt - centre.now() + 1);
        const expired = { kind: 'offerExpired' as const, conversationId, taskId, agentId: person.id };
        const [answer] = await Promise.all([
          centre
            .passes((n * 7) % 41)
            .then(() => desk.ask('topicSubscription', { conversationId, taskId: data.taskId })),
          centre.passes((n * 5) % 13).then(() => fire(centre.stack, expired, expiresAt)),
        ]);
        const log = await logOf(centre, conversationId);
        const rang = closings(log).includes('RONA');
        const joined = log.some(({ name }) => name === 'AGENT_SUBSCRIBED');
        expect([rang, joined]).toEqual(answer.status === 'ok' ? [false, true] : [true, false]);
        if (answer.status === 'ok') {
          await desk.next('onTopicData');
          const { tasks } = await conversationOf(centre, conversationId);
          expect(tasks).toMatchObject([
            { id: taskId, assignedTo: { id: person.id }, activeMedia: [{ state: 'ACTIVE' }] },
          ]);
          await desk.never('revokeTask', 50, (frame) => frame.conversationId === conversationId);
        } else {
          expect(['task.gone', 'task.notOffered']).toContain(answer['code']);
          await desk.next('revokeTask');
          await desk.never('onTopicData', 0);
        }
        await customer.leaves();
        await centre.eventually(async () => ((await agentOf(centre, person.id)).tasks.length === 0 ? true : undefined));
        desk.frames.length = 0;
        return answer.status;
      },
    );
    expect(outcomes).toHaveLength(LANES * ROUNDS);
    console.info(`accepted ${outcomes.filter((status) => status === 'ok').length} of ${outcomes.length}`);
  }, 120_000);

  it('by the customer who leaves is either shown and closed, or refused, and the agent is free again', async () => {
    const outcomes = await race({ wrapUp: { enabled: false } }, async ({ desk, person, queue }, n) => {
      const customer = await centre.customer(queue);
      const { conversationId } = customer;
      const { data } = await desk.next('taskRequest', (offer) => offer.conversationId === conversationId);
      const [answer] = await Promise.all([
        centre
          .passes((n * 29) % 150)
          .then(() => desk.ask('topicSubscription', { conversationId, taskId: data.taskId })),
        customer.leaves(),
      ]);
      expect((await conversationOf(centre, conversationId)).state).toBe('CLOSED');
      expect((await agentOf(centre, person.id)).tasks).toEqual([]);
      const log = await logOf(centre, conversationId);
      expect(closings(log)).toEqual([answer.status === 'ok' ? 'DONE' : 'CANCELLED']);
      expect(log.some(({ name }) => name === 'AGENT_SUBSCRIBED')).toBe(answer.status === 'ok');
      const story = await centre.eventually(() => (storyOf(desk).length > 0 ? storyOf(desk) : undefined));
      if (answer.status === 'ok') {
        await desk.next('topicClosed');
        const shown = storyOf(desk);
        expect(shown[0]).toBe('onTopicData');
        expect(shown.filter((name) => name === 'topicUnsubscription')).toHaveLength(1);
      } else {
        expect(answer['code']).toBe('task.gone');
        expect(story).toContain('revokeTask');
        expect(story).not.toContain('onTopicData');
      }
      desk.frames.length = 0;
      return answer.status;
    });
    console.info(`accepted ${outcomes.filter((status) => status === 'ok').length} of ${outcomes.length}`);
  }, 120_000);
});
