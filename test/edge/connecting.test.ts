/**
 * A desk connects while others change the same things: `$connect` is decided again, and what lasts
 * is a refusal with a code.
 */
import { expect, it } from 'vitest';
import { on } from '../../functions/socket/connect.ts';
import { Conflict, type Greeting } from '../../shared/edge/app.ts';
import { greet } from '../../shared/edge/socket/greet.ts';
import { connect } from '../../shared/edge/socket/session.ts';
import type { Around } from '../../shared/memory/call.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { user } from '../support/world.ts';

/** Amy connects; writes about what begins so lose their race for so many times. */
async function connecting(begins: string, times: number) {
  const small = smallWorld();
  await small.app().config.put('mrds', { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 5 }) });
  let left = times;
  let now = small.clock.now();
  const around: Around = async (call, run) => {
    if (call.port === 'sleep') return undefined as Awaited<ReturnType<typeof run>>;
    if (call.does !== 'write' || !call.about.startsWith(begins) || left-- <= 0) return run();
    now += 1_000;
    throw new Conflict('others were quicker');
  };
  const greetings: Greeting[] = [];
  const identity = JSON.stringify({ id: 'amy', user: user('amy') });
  const event = { requestContext: { connectionId: 'amy-desk', authorizer: { agentId: 'amy', identity } } };
  const enqueue = async (greeting: Greeting) => void greetings.push(greeting);
  const answer = await on.run({ app: { ...small.app(around), now: () => now }, greetings: { enqueue } }, event);
  return { answer, greetings };
}

it.each(['LINES#', 'AGENT#amy', 'CONNECTION#'])('is taken though a write of %s has lost its race', async (begins) => {
  const { answer, greetings } = await connecting(begins, 2);
  expect(answer).toMatchObject({ statusCode: 200 });
  expect(greetings).toMatchObject([{ agentId: 'amy', connectionId: 'amy-desk' }]);
});

it.each(['LINES#', 'AGENT#amy', 'CONNECTION#'])('is refused where %s loses it for seconds', async (begins) => {
  const { answer, greetings } = await connecting(begins, Infinity);
  expect(answer).toMatchObject({ statusCode: 409, body: expect.stringContaining('state.conflict') });
  expect(greetings).toEqual([]);
});

it('hears that it was replaced, though its socket opened only after its successor had said so', async () => {
  const small = smallWorld();
  await small.app().config.put('mrds', { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 5 }) });
  const heard: string[] = [];
  const receive = (frame: string) => void heard.push(String(JSON.parse(frame).event));
  let opened = false;
  const app = small.app(async (call, run) => {
    const result = await run();
    if (opened || call.does !== 'post' || call.about !== 'older') return result;
    opened = true;
    small.wires.attach('older', { receive, closed: () => void heard.push('closed') });
    return result;
  });
  const offered = { offeredKey: undefined, receipts: false };
  const older = await connect(app, { id: 'amy', user: user('amy') }, 'older', offered);
  const newer = await connect(app, { id: 'amy', user: user('amy') }, 'newer', offered);
  small.wires.attach('newer', { receive() {} });
  await greet(app, newer);
  expect([opened, ...heard]).toEqual([true]);
  await greet(app, older);
  expect(heard).toEqual(['socketSessionRemoved', 'closed']);
});
