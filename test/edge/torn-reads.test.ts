/**
 * What a function reads beside each other is of different moments. Where that would make a
 * difference it is read again.
 */
import { expect, it } from 'vitest';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import type { App } from '../../shared/edge/app.ts';
import { start } from '../../shared/edge/http/start.ts';
import { described } from '../../shared/edge/loop/history.ts';
import { inLoop } from '../../shared/edge/loop/run.ts';
import { replay } from '../../shared/edge/socket/replay.ts';
import { greet } from '../../shared/edge/socket/greet.ts';
import { connect } from '../../shared/edge/socket/session.ts';
import type { Around } from '../../shared/memory/call.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { channelSession, incoming, robin, user } from '../support/world.ts';

/** Amy is at her desk, and a customer stands on a list, whom she may pick. */
async function waiting() {
  const small = smallWorld();
  const app = small.app();
  const frames: string[] = [];
  await app.config.put('mrds', { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 5 }) });
  await app.config.put('lists', { id: 'backlog', ...configSchemas.lists.parse({ name: 'Backlog', mrdId: 'CHAT' }) });
  small.wires.attach('amy-desk', { receive: (frame) => frames.push(frame) });
  await greet(
    app,
    await connect(app, { id: 'amy', user: user('amy') }, 'amy-desk', { offeredKey: undefined, receipts: false }),
  );
  const at = small.clock.now();
  await inLoop(app, (loop) => loop.applyToAgent('amy', { type: 'watchList', at, listId: 'backlog' }));
  const wanted = { channelSession: channelSession('web-1'), customer: robin, conversationData: {}, list: 'backlog' };
  const { conversationId } = await inLoop(app, (loop) => start(app, loop, wanted));
  const apply = (by: App, event: ConversationEvent) =>
    inLoop(by, (loop) => loop.applyToConversation(conversationId, event, { by: AMY }));
  const picks = () => apply(app, { type: 'join', at, ...AMY });
  return {
    app,
    clock: small.clock,
    appWith: (around: Around) => small.app(around),
    frames,
    at,
    conversationId,
    apply,
    picks,
  };
}

const AMY = { agentId: 'amy', connectionId: 'amy-desk' };

/**
 * `one` is read, then `meanwhile` happens, and only then everything else is read that is read
 * beside it.
 */
function between(one: string, meanwhile: () => Promise<unknown>): Around {
  let read: () => void;
  const wasRead = new Promise<void>((resolve) => {
    read = resolve;
  });
  let first = true;
  return async (call, make) => {
    if (call.about !== one || !first) {
      if (call.port === 'table') await wasRead;
      return make();
    }
    first = false;
    const found = await make();
    await meanwhile();
    read();
    return found;
  };
}

it('an agent who was read before they picked, in a conversation that was read after, leaves it with their slot', async () => {
  const { app, appWith, at, conversationId, apply, picks } = await waiting();
  await apply(appWith(between('AGENT#amy / STATE', picks)), { type: 'leave', at, agentId: 'amy' });
  const [conversation, amy] = await Promise.all([app.store.conversation(conversationId), app.store.agent('amy')]);
  expect(Object.values(conversation?.tasks ?? {}).map(({ phase }) => phase)).toEqual(['WRAP_UP']);
  expect(Object.values(amy?.slots ?? {}).map(({ phase }) => phase)).toEqual(['WRAP_UP']);
});

it('a conversation whose HEAD was read before somebody joined, and the end of its log after that, is read again', async () => {
  const { app, appWith, conversationId, picks } = await waiting();
  const torn = appWith(between(`CONVERSATION#${conversationId} / HEAD`, picks));
  const read = await torn.store.conversation(conversationId);
  expect(Object.keys(read?.participants ?? {})).toEqual(['amy']);
  expect(read).toEqual(await app.store.conversation(conversationId));
});

it('an event that was read after META, and names a session that began in between, is shown with it', async () => {
  const { appWith, at, conversationId, apply, app, picks, frames } = await waiting();
  await picks();
  const began = incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1', 'SMS'));
  const begins = () => apply(app, { type: 'addEvent', at, event: began });
  frames.length = 0;
  await replay(appWith(between(`CONVERSATION#${conversationId} / META`, begins)), { conversationId, afterSeq: 0 }, AMY);
  const answer = frames.map((frame) => JSON.parse(frame)).find(({ event }) => event === 'onTopicReplay');
  const shown = answer.data.events.map(({ cimEvent }: { cimEvent: string }) => JSON.parse(cimEvent));
  const sms = shown.findLast(({ name }: { name: string }) => name === 'CHANNEL_SESSION_STARTED');
  expect(sms.data).toMatchObject({ id: 'sms-1', participantType: 'ChannelSession' });
});

const comes = incoming('CHANNEL_SESSION_STARTED', channelSession('sms-1', 'SMS'));
const isKnown = incoming('ASSOCIATED_CUSTOMER_CHANGED', { ...robin, firstName: 'Robin the Second' });

it.each([
  ['by which channel they come, while who they are was said', comes, isKnown],
  ['who they are, while by which channel they come was said', isKnown, comes],
])('what is said of a customer is kept beside what was said at the same moment: %s', async (_, event, meanwhile) => {
  const { appWith, at, clock, conversationId, apply, app } = await waiting();
  const first = () => apply(app, { type: 'addEvent', at, event: meanwhile });
  const said = apply(appWith(between(`CONVERSATION#${conversationId} / META`, first)), { type: 'addEvent', at, event });
  let settled = false;
  void said.finally(() => (settled = true));
  while (!settled) await clock.jump(); // whoever lost a race pauses before the next try
  await said;
  const meta = await app.store.meta(conversationId);
  expect(Object.keys(meta?.sessions ?? {})).toEqual(['web-1', 'sms-1']);
  expect(meta?.customer.firstName).toBe('Robin the Second');
});

/** META is read, then another channel session begins, and only then HEAD is read: once. */
function beginsBetween(app: App, conversationId: string, at: number): Around {
  let began: Promise<unknown> | undefined;
  return async ({ about }, make) => {
    if (about === `CONVERSATION#${conversationId} / META` && !began) {
      const found = await make();
      began = inLoop(app, (loop) => loop.applyToConversation(conversationId, { type: 'addEvent', at, event: comes }));
      await began;
      return found;
    }
    if (about === `CONVERSATION#${conversationId} / HEAD`) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await began;
    }
    return make();
  };
}

it('a snapshot, and what else is told of a conversation as it is, has the session that begins while it is read', async () => {
  const { app, appWith, at, conversationId } = await waiting();
  const whole = await described(appWith(beginsBetween(app, conversationId, at)), conversationId);
  expect(Object.keys(whole?.conversation.sessions ?? {})).toEqual(['web-1', 'sms-1']);
  expect(Object.keys(whole?.meta.sessions ?? {})).toEqual(['web-1', 'sms-1']);
});

it('an agent is offered a customer whose second channel session begins while the offer is made', async () => {
  const { app, appWith, at, frames } = await waiting();
  await app.config.put('queues', { id: 'help', ...configSchemas.queues.parse({ name: 'Help', mrdId: 'CHAT' }) });
  const wanted = { channelSession: channelSession('web-2'), customer: robin, conversationData: {}, queue: 'help' };
  const { conversationId } = await inLoop(app, (loop) => start(app, loop, wanted));
  const torn = appWith(beginsBetween(app, conversationId, at));
  const ready = { type: 'requestState', at, name: 'READY', reasonCode: null } as const;
  await inLoop(torn, (loop) => loop.applyToAgent('amy', ready));
  const offer = frames.map((frame) => JSON.parse(frame)).find(({ event }) => event === 'taskRequest');
  expect(offer?.data).toMatchObject({ conversationId, channelSession: { id: 'sms-1' } });
});
