/**
 * A snapshot that does not arrive: nobody is counted as shown what they do not see, and a desk that
 * is there is shown it within seconds.
 */
import { describe, expect, it } from 'vitest';
import type { Post } from '../../infra/local/gateway/management.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { itemOf } from '../support/engines.ts';
import { holdPost } from '../support/held-post.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre();

/**
 * The first `times` posts of this event to this agent come to nothing, as `trouble` says. Returns
 * how many have.
 */
function spoil(agentId: string, event: string, times: number, trouble: () => number | Promise<number>): () => number {
  let spoilt = 0;
  const connection = centre.stack.gateway.connections().find(({ principalId }) => principalId === agentId);
  const stop = centre.stack.gateway.interceptPosts(({ connectionId, body }: Post) => {
    if (connectionId !== connection?.connectionId || !body.startsWith(`{"event":"${event}"`)) return undefined;
    if (++spoilt === times) stop();
    return trouble();
  });
  return () => spoilt;
}

const late = (status: number, ms: number) => async () => {
  await centre.passes(ms);
  return status;
};

async function ringing() {
  const queue = await centre.queue();
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const desk = await person.ready();
  const customer = await centre.customer(queue);
  const { data } = await desk.next('taskRequest');
  return { person, desk, customer, offer: { conversationId: data.conversationId, taskId: data.taskId } };
}

/** Is the agent sent what happens in the conversation? */
async function isLive(conversationId: string, agentId: string): Promise<boolean> {
  const { participants } = await itemOf(centre.stack, `CONVERSATION#${conversationId}`, 'HEAD');
  return (participants as Record<string, { live: boolean }>)[agentId]?.live === true;
}

describe('An agent whose desk cannot be shown the conversation that they accepted', () => {
  it.each<[string, number, () => number | Promise<number>]>([
    ['the gateway answers too late', 1, late(504, 2_600)],
    ['the gateway fails again and again', 6, () => 500],
    ['there are too many posts', 6, () => 429],
  ])('sees it within seconds, over the same connection: %s', async (_, times, trouble) => {
    const { person, desk, customer, offer } = await ringing();
    const spoilt = spoil(person.id, 'onTopicData', times, trouble);
    expect(await desk.ask('topicSubscription', offer)).toMatchObject({ status: 'ok' });
    await centre.poll(spoilt).toBe(times);
    expect(await isLive(customer.conversationId, person.id)).toBe(false);
    await customer.says('Hello?');
    const { data } = await desk.next('onTopicData');
    expect(JSON.stringify(data.topicData.topicEvents)).toContain('Hello?');
    await customer.says('Still there?');
    await desk.cim('CUSTOMER_MESSAGE', ({ body }) => body.markdownText === 'Still there?');
    await desk.never('onCimEvent', 100, ({ data: told }) => JSON.stringify(told).includes('Hello?'));
  });

  it('sees it though the process that was to show it gets no further than that', async () => {
    const { desk, customer, offer } = await ringing();
    const stopped = holdPost(centre, 'onTopicData');
    desk.send('topicSubscription', offer);
    await stopped.reached();
    await desk.next('onTopicData');
    stopped.release();
    await customer.says('Hello?');
    await desk.cim('CUSTOMER_MESSAGE');
  });

  it('is shown it once where all is well', async () => {
    const { desk, customer } = await talk(centre);
    await centre.passes(6_000);
    await customer.says('Hello?');
    await desk.cim('CUSTOMER_MESSAGE');
    expect(desk.frames.map(({ event }) => event)).not.toContain('onTopicData');
  });
});

describe('A desk that cannot be greeted', () => {
  it.each(['agentPresence_', 'onChannelTypes', 'onSessionReady'])(
    'is greeted again over the same connection, and offered nothing before it was told who it is: %s',
    async (event) => {
      const queue = await centre.queue();
      const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
      await person.ready();
      let spoilt = 0;
      const { gateway } = centre.stack;
      const stop = gateway.interceptPosts(({ connectionId, body }) => {
        const own = gateway.connections().find((each) => each.connectionId === connectionId);
        if (own?.principalId !== person.id || !body.startsWith(`{"event":"${event}"`)) return undefined;
        if (++spoilt === 6) stop();
        return 500;
      });
      const desk = await person.open();
      await centre.poll(() => spoilt).toBe(6);
      await centre.customer(queue);
      await desk.next('onSessionReady');
      if (!desk.frames.some((frame) => frame.event === 'taskRequest')) await desk.next('taskRequest');
      expect(desk.frames[0]?.event).toBe('agentPresence_');
    },
  );
});
