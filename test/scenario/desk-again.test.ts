/**
 * What a desk does again: it sends what was not answered, and renews its connection. Nothing is
 * said twice by it.
 */
import { expect, it } from 'vitest';
import { Drafts } from '../../desk/state/drafts.ts';
import { Talk } from '../../desk/state/talk.ts';
import { connect, type Agent } from '../../shared/client/client.ts';
import type { ConnectOptions } from '../../shared/client/options.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { logOf } from '../support/platform.ts';
import { reach } from '../support/reach.ts';

const centre = contactCentre();

function deskOf(token: ConnectOptions['token'], settings: Partial<ConnectOptions> = {}): Promise<Agent> {
  return connect({ ...reach(centre.stack.wsUrl), url: centre.stack.wsUrl, token, ...settings });
}

it.each(['a message', 'a whisper'])('Sending %s again after a time-out does not say it twice', async (what) => {
  const queue = await centre.queue();
  const pat = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const agent = await deskOf(() => pat.token(), { requestTimeoutMs: 3_000 });
  await agent.setState('READY');
  const { conversationId } = await centre.customer(queue);
  const offer = (await agent.offers().next()).value;
  if (!offer) throw new Error('nothing was offered');
  const talk = new Talk(await offer.accept(), pat.id, new Drafts(pat.id));
  const over = talk.follow(() => true);
  if (what === 'a whisper') {
    const supervisor = await (await centre.person(['supervisor'])).connect();
    await supervisor.ask('JoinAsSilentMonitor', { conversationId });
  }
  const { outgoing } = talk.draft;

  const lost = centre.stack.gateway.interceptPosts(({ body }) => (/"ack"|onCimEvent/.test(body) ? 200 : undefined));
  talk.say('Your refund is 100 EUR', what === 'a whisper');
  const failed = await centre.eventually(() => outgoing.value.find((one) => one.failed));
  lost();
  talk.sayAgain(failed);
  await centre.eventually(() => (outgoing.value.length === 0 ? true : undefined));
  const said = (await logOf(centre, conversationId)).filter(({ name }) => /^(AGENT|WHISPER)_MESSAGE$/.test(name));
  expect(said).toHaveLength(1);
  agent.close();
  await over;
});

it('A renewal that was refused once is tried again, while the desk goes on working', async () => {
  const pat = await centre.person();
  let asked = 0;
  const token = async () => {
    asked += 1;
    return asked === 2 ? 'not-a-token' : pat.token();
  };
  const agent = await deskOf(token, { renewAfterMs: { min: 60_000, max: 60_000 } });
  const mine = () => centre.stack.gateway.connections().filter(({ principalId }) => principalId === pat.id);
  const [first] = mine();
  const states: string[] = [];
  const read = (async () => {
    for await (const state of agent.connectionStates()) states.push(state);
  })();
  await centre.passes(59_000);
  expect(mine()).toEqual([first]);
  await centre.passes(10_000);
  expect(asked).toBe(3);
  expect(mine().map(({ connectionId }) => connectionId)).not.toContain(first?.connectionId);
  expect(states).toEqual(['connected']);
  agent.close();
  await read;
});
