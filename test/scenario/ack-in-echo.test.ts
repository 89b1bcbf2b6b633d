/**
 * A desk that takes the echo of its message for the acknowledgement is posted one frame for it, and
 * everything else as it was; so is everything at a desk that does not ask for it.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { ACK_IN_ECHO, SUBPROTOCOL } from '../../shared/protocol/frame.ts';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import { Desk } from '../support/desk.ts';

const centre = contactCentre();
const desks: Desk[] = [];
afterEach(() => desks.splice(0).forEach((desk) => desk.vanish()));

/** An agent in a conversation, whose desk asks for this in its handshake. */
async function talking(...asks: string[]) {
  const queue = await centre.queue();
  const amy = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  const desk = await Desk.open(centre.stack.wsUrl, await amy.token(), [SUBPROTOCOL, ...asks]);
  desks.push(desk);
  await desk.next('onSessionReady');
  await desk.become('READY');
  const customer = await centre.customer(queue);
  await desk.accept();
  await centre.passes(1_000);
  desk.frames.length = 0;
  return { amy, desk, ...customer };
}

const says = (conversationId: string, text: string) => ({ conversationId, cimEvent: agentMessage(text) });

describe('A message', () => {
  it('is acknowledged by its echo where the desk asks for that, and by nothing more', async () => {
    const { desk, conversationId } = await talking(ACK_IN_ECHO);
    desk.send('publishCimEvent', says(conversationId, 'Hello'), 'm1');
    expect(await desk.next('onCimEvent')).toMatchObject({ ackOf: 'm1', seq: expect.any(Number) });
    await centre.passes(2_000);
    expect(desk.frames).toEqual([]);
  });

  it('is acknowledged beside its echo where the desk does not', async () => {
    const { desk, conversationId } = await talking();
    desk.send('publishCimEvent', says(conversationId, 'Hello'), 'm1');
    const echo = await desk.next('onCimEvent');
    expect(echo).not.toHaveProperty('ackOf');
    expect((await desk.next('ack')).data).toEqual({ id: 'm1', status: 'ok', seq: echo.seq });
  });

  it('that is sent again is acknowledged as it was, with the same number, and stored once', async () => {
    const { desk, conversationId } = await talking(ACK_IN_ECHO);
    const message = says(conversationId, 'Hello');
    desk.send('publishCimEvent', message, 'm1');
    const { seq } = await desk.next('onCimEvent');
    desk.send('publishCimEvent', message, 'm1');
    expect((await desk.next('ack')).data).toEqual({ id: 'm1', status: 'ok', seq });
    expect(desk.frames).toEqual([]);
    desk.send('publishCimEvent', message, 'm2'); // the same message in another frame: it is echoed again
    expect((await desk.next('ack')).data).toEqual({ id: 'm2', status: 'ok', seq });
    expect((await desk.next('onCimEvent')).seq).toBe(seq);
  });

  it('that gets no echo is acknowledged by itself, and so is whatever is no message', async () => {
    const { desk, conversationId } = await talking(ACK_IN_ECHO);
    desk.send('publishCimEvent', says('nowhere', 'Hello'), 'm1');
    expect((await desk.next('ack')).data).toMatchObject({ id: 'm1', status: 'error', code: 'conversation.unknown' });
    expect((await desk.next('errors')).data).toMatchObject({ id: 'm1', code: 'conversation.unknown' });
    expect(await desk.ask('heartbeat', {}, 'h1')).toMatchObject({ id: 'h1', status: 'ok' });
    desk.send('publishCimEvent', says(conversationId, 'No id, no acknowledgement'));
    expect(await desk.next('onCimEvent')).not.toHaveProperty('ackOf');
    await centre.passes(1_000);
    expect(desk.frames).toEqual([]);
  });

  it('of somebody else acknowledges nothing', async () => {
    const { desk, says: customerSays } = await talking(ACK_IN_ECHO);
    await customerSays('Hi');
    expect(await desk.next('onCimEvent')).not.toHaveProperty('ackOf');
  });
});
