/**
 * Calls that fail, and races that are lost, for a while: what was decided stands, and what could
 * not be done is done a little later.
 */
import { expect, it } from 'vitest';
import { on as changeAgentState } from '../../functions/agent/changeAgentState.ts';
import { on as superviseConversations } from '../../functions/agent/superviseConversations.ts';
import { Conflict } from '../../shared/edge/app.ts';
import { fire } from '../../shared/edge/timer/due.ts';
import { toContext } from '../../shared/edge/identity.ts';
import { saveAgent } from '../../shared/edge/loop/save.ts';
import type { Around, Call } from '../../shared/memory/call.ts';
import { shell } from '../support/shell.ts';
import { user } from '../support/world.ts';

/** The first write of something. */
function firstWrite(prefix: string): (call: Call) => Error | null {
  let failures = 1;
  return ({ does, about }) =>
    does === 'write' && about.startsWith(prefix) && failures-- > 0 ? new Error('busy') : null;
}

it('what was decided is granted though nobody can be told of it', async () => {
  const here = await shell();
  await here.desk('amy');
  await here.becomes(
    'amy',
    'READY',
    here.failing(({ port }) => (port === 'sockets' ? new Error('broken') : null)),
  );
  expect((await here.ports.store.agent('amy'))?.state.name).toBe('READY');
});

it('a desk that has died is given up, though that could not be saved at first', async () => {
  const here = await shell();
  await here.desk('amy');
  here.wires.detach('amy-desk');
  here.fires(here.failing(firstWrite('AGENT#amy')));
  await here.passes(300_000);
  expect((await here.ports.store.agent('amy'))?.state.name).toBe('LOGOUT');
});

it('a customer whose agent has logged out is offered to another, though they could not be taken away at first', async () => {
  const here = await shell();
  for (const id of ['amy', 'bob']) await here.desk(id);
  await here.becomes('amy', 'READY');
  const conversationId = await here.comes({ queue: 'support' });
  await here.accepts('amy', conversationId);
  await here.becomes('bob', 'READY');
  here.fires();
  await here.becomes('amy', 'LOGOUT', here.failing(firstWrite('CONVERSATION#')));
  await here.passes(20_000);
  expect(await here.taskOf(conversationId)).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'bob' } });
  expect((await here.ports.store.agent('amy'))?.slots).toEqual({});
});

it('an offer that could not be ended for seconds, because others were quicker, ends a little later', async () => {
  const here = await shell();
  for (const id of ['amy', 'bob']) await here.desk(id);
  await here.becomes('amy', 'READY');
  const conversationId = await here.comes({ queue: 'support' });
  await here.becomes('bob', 'READY');
  const until = here.clock.now() + 45_000;
  const lost = ({ does, about }: Call) =>
    does === 'write' && about.startsWith('CONVERSATION#') && here.clock.now() < until ? new Conflict('others') : null;
  here.fires(here.failing(lost));
  await here.passes(60_000);
  expect(await here.taskOf(conversationId)).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'bob' } });
});

it('an offer whose timer comes early rings as long as it should, and no longer', async () => {
  const here = await shell();
  for (const id of ['amy', 'bob']) await here.desk(id);
  await here.becomes('amy', 'READY');
  const conversationId = await here.comes({ queue: 'support' });
  await here.becomes('bob', 'READY');
  const dueAt = here.clock.now() + 30_000;
  let early = 1; // in the place of the one that would come in time
  here.timers.consume(async ({ timer, dueAt: due }) => {
    if (timer.kind !== 'offerExpired' || early-- <= 0) await fire(here.ports, timer, due);
  });
  const { id: taskId } = await here.taskOf(conversationId);
  await fire(here.ports, { kind: 'offerExpired', conversationId, taskId, agentId: 'amy' }, dueAt);
  await here.passes(29_000);
  expect(await here.taskOf(conversationId)).toMatchObject({ assignedTo: { id: 'amy' } });
  await here.passes(2_000);
  expect(await here.taskOf(conversationId)).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'bob' } });
});

it('a customer who loses every race for an agent, for as long as they look, finds one a little later', async () => {
  const here = await shell();
  await here.desk('amy');
  await here.becomes('amy', 'READY');
  const again = async (name: 'READY' | 'NOT_READY') => {
    here.clock.tick();
    return saveAgent(here.ports, 'amy', { type: 'requestState', at: here.clock.now(), name, reasonCode: null });
  };
  let races = 10; // as many as are lost by the search and by the one of its backup timer
  const racing: Around = async ({ does, about }, run) => {
    if (does === 'get' && about === 'AGENT#amy / STATE' && races-- > 0) {
      await again('NOT_READY');
      await again('READY');
    }
    return run();
  };
  const app = here.app(racing);
  here.timers.consume(async ({ timer, dueAt }) => {
    if (timer.kind === 'placeRequest') await fire(app, timer, dueAt);
  });
  const conversationId = await here.comes({ queue: 'support' }, app);
  await here.passes(10_000);
  expect(races).toBeLessThan(0);
  expect(await here.taskOf(conversationId)).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'amy' } });
});

it('a request that lost its races is refused, and granted when it is sent again', async () => {
  const here = await shell();
  const frames = await here.desk('amy');
  let others = true;
  const lost = ({ does, about }: Call) =>
    others && does === 'write' && about === 'AGENT#amy / STATE' ? new Conflict('others') : null;
  const app = here.failing(lost);
  const authorizer = toContext({ id: 'amy', user: user('amy') });
  const data = { action: 'agentState', state: { name: 'READY', reasonCode: null } };
  const body = JSON.stringify({ action: 'changeAgentState', id: 'a', data });
  const frame = { requestContext: { connectionId: 'amy-desk', routeKey: 'changeAgentState', authorizer }, body };
  const answers = async () => {
    frames.length = 0;
    await Promise.all([changeAgentState.run({ app }, frame), here.passes(10_000)]);
    return frames.map((text) => JSON.parse(text)).flatMap(({ event, data: ack }) => (event === 'ack' ? ack : []));
  };
  expect(await answers()).toMatchObject([{ id: 'a', status: 'error', code: 'state.conflict' }]);
  others = false;
  expect(await answers()).toMatchObject([{ id: 'a', status: 'ok' }]);
});

it('a conversation whose order lost its races is refused by itself, and the others are done', async () => {
  const here = await shell();
  const boss = { ...user('sam'), roles: ['supervisor'] };
  const frames = await here.desk('sam', boss);
  const [contested, other] = [await here.comes({ queue: 'support' }), await here.comes({ queue: 'support' })];
  const app = here.failing(({ does, about }) =>
    does === 'write' && about.startsWith(`CONVERSATION#${contested}`) ? new Conflict('others') : null,
  );
  const data = { conversationIds: [contested, other], command: 'CLOSE' };
  const body = JSON.stringify({ action: 'superviseConversations', id: 's', data });
  const authorizer = toContext({ id: 'sam', user: boss });
  const frame = { requestContext: { connectionId: 'sam-desk', routeKey: 'superviseConversations', authorizer }, body };
  await Promise.all([superviseConversations.run({ app }, frame), here.passes(10_000)]);
  expect(frames.map((text) => JSON.parse(text)).filter(({ event }) => event === 'ack')).toMatchObject([
    {
      data: {
        id: 's',
        status: 'ok',
        results: [
          { conversationId: contested, status: 'error', code: 'state.conflict' },
          { conversationId: other, status: 'ok' },
        ],
      },
    },
  ]);
});
