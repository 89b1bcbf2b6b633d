/** The client asks for the acknowledgement of a message in its echo, and takes it from there. */
import { expect, it } from 'vitest';
import { agentsOf, first } from '../support/agents.ts';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();
const agents = agentsOf(centre);

it('A message is said with the number of its echo, and no acknowledgement comes beside it', async () => {
  const queue = await centre.queue({ acceptSeconds: 600, requestTtlSeconds: 900 });
  const { agent } = await agents.ready([queue]);
  await centre.customer(queue);
  const conversation = await (await first(agent.offers())).accept();
  const posted: { event: string; seq?: number; ackOf?: string; data: { id?: string } }[] = [];
  const stop = centre.stack.gateway.interceptPosts(({ body }) => {
    posted.push(JSON.parse(body) as (typeof posted)[number]);
    return undefined;
  });
  const { seq } = await conversation.send('Hello');
  await conversation.send('Are you there?'); // so that an acknowledgement of the first would have come
  stop();
  const [echo] = posted.filter((frame) => frame.ackOf !== undefined);
  expect(echo).toMatchObject({ event: 'onCimEvent', seq });
  expect(posted.filter(({ event, data }) => event === 'ack' && data.id === echo?.ackOf)).toEqual([]);
});
