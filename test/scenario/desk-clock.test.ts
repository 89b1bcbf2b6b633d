/**
 * A desk whose clock is wrong counts down all the same: every deadline travels with the manager's
 * time, and the response clock is there from its start.
 */
import { expect, it } from 'vitest';
import { Drafts } from '../../desk/state/drafts.ts';
import { Talk } from '../../desk/state/talk.ts';
import { connect } from '../../shared/client/client.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { reach } from '../support/reach.ts';

const centre = contactCentre();

const MINUTE = 60_000;

it.each([
  ['right', 0],
  ['a minute late', -MINUTE],
  ['a minute early', MINUTE],
])('A desk whose clock is %s sees how long it has', async (_, aheadMs) => {
  const queue = await centre.queue({
    acceptSeconds: 40,
    agentSlaSeconds: 120,
    wrapUp: { enabled: true, seconds: 50 },
  });
  const pat = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const { clock, ...reaching } = reach(centre.stack.wsUrl);
  const wrong = clock && { ...clock, now: () => clock.now() + aheadMs };
  const agent = await connect({
    ...reaching,
    ...(wrong && { clock: wrong }),
    url: centre.stack.wsUrl,
    token: () => pat.token(),
  });
  await agent.setState('READY');
  const left = (until: number | undefined) => Math.round(((until ?? 0) - agent.now()) / 1000);
  /** It ends so many seconds after an instant between `since` and now. */
  const lasts = (until: number | undefined, seconds: number, since: number) => {
    const began = (until ?? 0) - seconds * 1000;
    expect(began).toBeGreaterThanOrEqual(since - 1000);
    expect(began).toBeLessThanOrEqual(agent.now() + 1000);
  };

  await centre.customer(queue);
  const offer = (await agent.offers().next()).value;
  if (!offer) throw new Error('nothing was offered');
  await centre.passes(2_000);
  expect(left(offer.expiresAt)).toBe(38);

  const accepting = agent.now();
  const talk = new Talk(await offer.accept(), pat.id, new Drafts(pat.id));
  expect(talk.view.value.sla).toMatchObject({ action: 'START_TIMER' });
  lasts(talk.view.value.sla?.endsAt, 120, accepting);
  const over = talk.follow(() => true);
  const pausing = agent.now();
  await talk.conversation.pause(300);
  const hold = await centre.eventually(() => talk.view.value.hold ?? undefined);
  lasts(hold.endsAt, 300, pausing);

  const leaving = agent.now();
  await talk.leave();
  const wrapUpEndsAt = await centre.eventually(() => talk.conversation.wrapUpEndsAt);
  lasts(wrapUpEndsAt, 50, leaving);
  agent.close();
  await over;
});

it('A desk learns by its heartbeats that the clock of its machine was set', async () => {
  const pat = await centre.person();
  const { clock, ...reaching } = reach(centre.stack.wsUrl);
  if (!clock) throw new Error('only in the small world');
  let aheadMs = 0;
  const agent = await connect({
    ...reaching,
    clock: { ...clock, now: () => clock.now() + aheadMs },
    url: centre.stack.wsUrl,
    token: () => pat.token(),
  });
  aheadMs = 10 * MINUTE;
  await centre.passes(MINUTE);
  expect(Math.abs(agent.now() - centre.now())).toBeLessThan(1_000);
  agent.close();
});
