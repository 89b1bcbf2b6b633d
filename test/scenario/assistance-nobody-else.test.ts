/**
 * A colleague is asked for from a queue that nobody else serves: whoever asks is told so at once,
 * instead of waiting out its time.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { ASKING, colleague, queue, rolesIn, scene, type Colleague } from '../support/scene.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });
/** Amy serves two queues, and talks with a customer of the first. */
async function amys() {
  const [support, own] = await Promise.all([centre.queue({ wrapUp: { enabled: false } }), centre.queue()]);
  const amy = await colleague(centre, support, own);
  const { conversationId } = await centre.customer(support);
  await amy.desk.accept();
  return { support, own, amy, conversationId };
}

const asks = ({ desk }: Colleague, event: string, conversationId: string, name: string) =>
  desk.ask(event, { conversationId, ...queue(name) });

describe('A queue that nobody else serves', () => {
  it('is refused with the reason, whatever is asked for, and the agent keeps the customer', async () => {
    const { amy, own, conversationId } = await amys();
    for (const event of ASKING) {
      const answer = await withoutTrace(centre.stack, () => asks(amy, event, conversationId, own));
      expect(answer, event).toMatchObject({ status: 'error', code: 'queue.nobodyElse' });
      expect(String(answer['msg'])).toContain(own);
    }
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
  });

  it('is refused where all who serve it are in the conversation', async () => {
    const { amy, bob, conversationId, sales } = await scene(centre);
    await amy.desk.ask('directConferenceRequest', { conversationId, ...queue(sales) });
    await bob.desk.accept();
    const answer = await asks(amy, 'directConferenceRequest', conversationId, sales);
    expect(answer).toMatchObject({ status: 'error', code: 'queue.nobodyElse' });
  });
});

describe('A queue that somebody else serves is asked', () => {
  it.each<[string, (who: Colleague) => Promise<unknown>]>([
    ['who is free', async () => {}],
    ['who is not ready', ({ desk }) => desk.become('NOT_READY')],
    ['who has gone home', ({ desk }) => desk.become('LOGOUT')],
  ])('%s, alike or of another skill', async (_, becomes) => {
    for (const alike of [true, false]) {
      const { amy, support, own, conversationId } = await amys();
      const other = await colleague(centre, own, ...(alike ? [support] : []));
      await becomes(other);
      expect(await asks(amy, 'consultRequest', conversationId, own)).toMatchObject({ status: 'ok' });
    }
  });

  it('or nobody yet', async () => {
    const { amy, conversationId } = await amys();
    const empty = await centre.queue();
    expect(await asks(amy, 'consultRequest', conversationId, empty)).toMatchObject({ status: 'ok' });
  });
});
