/**
 * One desk cannot take what all desks share: above the rate its frames are refused, and if it goes
 * on it is told so and closed, while others work on.
 */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { isSmall } from '../support/small-stack.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre();

const Said = z
  .object({ task: z.string(), id: z.string(), code: z.string(), msg: z.string(), status: z.string() })
  .partial();

/** What a desk was told by frames of this name. */
function said({ frames }: Desk, name: 'errors' | 'ack') {
  return frames.filter(({ event }) => event === name).map(({ data }) => Said.parse(data));
}

const wrong = ({ code }: { code?: string | undefined }) => code === 'frame.tooMany';

/**
 * On the engines hundreds at once go to several instances, and are over before these have learned
 * of each other. What goes on is closed there: see frame-rate-roles.
 */
const story = describe.runIf(isSmall);

story('A desk that floods the manager', () => {
  it.each([
    ['heartbeats', 'heartbeat', {}],
    ['questions', 'replayTopic', { conversationId: 'nobody-knows', afterSeq: 0 }],
    ['pages of its log', 'replayAgentEvents', { afterSeq: 0 }],
    ['what nobody knows', 'sing', {}],
  ])('with %s is refused and closed, while another desk works on', async (_, action, data) => {
    const { desk: other, conversationId } = await talk(centre);
    const flooding = await (await centre.person()).connect();
    for (let n = 0; n < 700; n++) flooding.send(action, data, `f${n}`);
    expect(await other.ask('publishCimEvent', { conversationId, cimEvent: agentMessage('Hello') })).toMatchObject({
      status: 'ok',
    });
    await flooding.gone();
    const [refused, acks] = [said(flooding, 'errors').filter(wrong), said(flooding, 'ack').filter(wrong)];
    expect(refused).toHaveLength(251);
    expect(acks).toHaveLength(251);
    expect(refused[0]).toMatchObject({ task: action, id: 'f250' });
    expect(refused.findIndex(({ msg }) => msg?.includes('is closed'))).toBe(250);
    expect(await other.ask('heartbeat')).toMatchObject({ status: 'ok' });
  });

  it('has nothing done of what is refused, and the same frame is granted a moment later', async () => {
    const { desk, conversationId } = await talk(centre);
    for (let n = 0; n < 260; n++) desk.send('heartbeat');
    const message = { conversationId, cimEvent: agentMessage('Hello', 'm-1') };
    expect(await desk.ask('publishCimEvent', message, 'p1')).toMatchObject({ status: 'error', code: 'frame.tooMany' });
    await desk.never('onCimEvent', 2_000);
    expect(await desk.ask('publishCimEvent', message, 'p1')).toMatchObject({ status: 'ok' });
    await desk.cim('AGENT_MESSAGE', ({ id }) => id === 'm-1');
  });

  it('by a little is refused after a while, and closed if it goes on', async () => {
    const desk = await (await centre.person()).connect();
    for (let second = 0; second < 20; second++) {
      for (let n = 0; n < 60; n++) desk.send('heartbeat');
      await centre.passes(1_000);
    }
    expect(desk.frames.filter(({ event }) => event === 'errors')).toEqual([]);
    for (let second = 0; second < 40 && !desk.closed; second++) {
      for (let n = 0; n < 60; n++) desk.send('heartbeat');
      await centre.passes(1_000);
    }
    expect((await desk.next('errors', wrong)).data.msg).toMatch(/50 frames a second/);
    await desk.gone();
  });

  it('may connect again, and works', async () => {
    const person = await centre.person();
    const desk = await person.connect();
    for (let n = 0; n < 700; n++) desk.send('heartbeat');
    await desk.gone();
    const again = await person.ready();
    expect(await again.ask('heartbeat')).toMatchObject({ status: 'ok' });
  });
});

it.runIf(isSmall)('A desk may send 49 frames a second, for as long as it likes.', async () => {
  const desk = await (await centre.person()).connect();
  for (let second = 0; second < 60; second++) {
    for (let n = 0; n < 49; n++) desk.send('heartbeat', {}, `s${second}-${n}`);
    await centre.passes(1_000);
  }
  await centre.eventually(() => (said(desk, 'ack').length === 49 * 60 ? true : undefined));
  expect(said(desk, 'ack').filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(desk.closed).toBeUndefined();
});
