/**
 * A change of configuration is in force for all whom it concerns, on both sides: nobody waits for
 * the next sign-in, and no crash leaves anybody out.
 */
import { expect, it } from 'vitest';
import { putConfig } from '../../shared/edge/http/configuration.ts';
import { inLoop } from '../../shared/edge/loop/run.ts';
import { connect } from '../../shared/edge/socket/session.ts';
import { fire } from '../../shared/edge/timer/due.ts';
import type { ConfigKind } from '../../shared/protocol/shapes/config.ts';
import { Routed, skilled } from '../support/routed.ts';
import { user } from '../support/world.ts';

const FRENCH = skilled('french', 'french');
const OTHER = skilled('other', 'other');

async function opened(...queues: (typeof FRENCH)[]): Promise<Routed> {
  const floor = await new Routed(queues).open();
  await floor.settled(() => floor.put('mrds', 'VOICE', { name: 'Voice', maxRequests: 1 }));
  return floor;
}

it('a queue that asks for less wakes who waits in it, and is for those agents from then on', async () => {
  const floor = await opened(FRENCH);
  const [amy, bob] = await floor.agents(2, {});
  const conversation = await floor.settled(() => floor.arrives('french'));
  expect(await floor.offeredTo(conversation)).toBe(null);
  await floor.settled(() => floor.put('queues', 'french', { ...FRENCH, steps: [] }));
  expect(await floor.offeredTo(conversation)).toBe(amy);
  const next = await floor.settled(() => floor.arrives('french'));
  expect(await floor.offeredTo(next)).toBe(bob);
});

it('a queue that asks for less wakes an agent who comes to know of it after those who wait', async () => {
  const floor = await opened(FRENCH);
  await floor.agents(119, {}, { ready: false });
  const [last] = await floor.agents(1, {});
  const conversation = await floor.settled(() => floor.arrives('french'));
  await floor.settled(() => floor.put('queues', 'french', { ...FRENCH, steps: [] }));
  expect(await floor.offeredTo(conversation)).toBe(last);
});

it('a queue that asks for more is not offered to those who no longer match, though their line is an old one', async () => {
  const floor = await opened({ ...FRENCH, steps: [] });
  await floor.agents(8, {}); // more than are looked at first
  const [fluent] = await floor.agents(1, { french: 9 });
  await floor.small.app().config.put('queues', FRENCH); // and nobody has been told yet
  const conversation = await floor.settled(() => floor.arrives('french'));
  expect(await floor.offeredTo(conversation)).toBe(fluent);
});

it('a step that opens sooner opens sooner for those who wait already', async () => {
  const [step] = FRENCH.steps;
  const steps = [...(step ? [step] : []), { expressions: [], timeoutSeconds: 9 }];
  const floor = await opened({ ...FRENCH, steps });
  const [amy] = await floor.agents(1, {});
  const conversation = await floor.settled(() => floor.arrives('french'));
  const sooner = steps.map((one) => ({ ...one, timeoutSeconds: 60 }));
  await floor.settled(() => floor.put('queues', 'french', { ...FRENCH, steps: sooner }));
  expect(await floor.offeredTo(conversation)).toBe(null);
  await floor.clock.runUntil(floor.clock.now() + 60_000);
  expect(await floor.offeredTo(conversation)).toBe(amy);
});

it('a queue that becomes more urgent goes first, with those who wait already', async () => {
  const [one, two] = [skilled('one', 'skill'), skilled('two', 'skill')];
  const floor = await opened(one, two);
  const early = await floor.settled(() => floor.arrives('one'));
  const late = await floor.settled(() => floor.arrives('two'));
  await floor.settled(() => floor.put('queues', 'two', { ...two, priority: 9 }));
  const [amy = ''] = await floor.agents(1, { skill: 9 }, { ready: false });
  await floor.settled(() => floor.becomes(amy, 'READY'));
  expect([await floor.offeredTo(early), await floor.offeredTo(late)]).toEqual([null, amy]);
});

it('who waits in a queue that is deleted is for anybody on its MRD: for who is free, and for who becomes free', async () => {
  const floor = await opened(FRENCH, OTHER);
  const [amy] = await floor.agents(1, {});
  const [first, second] = [
    await floor.settled(() => floor.arrives('french')),
    await floor.settled(() => floor.arrives('french')),
  ];
  await floor.settled(() => floor.remove('queues', 'french'));
  expect([await floor.offeredTo(first), await floor.offeredTo(second)]).toEqual([amy, null]);
  const [bob = ''] = await floor.agents(1, {}, { ready: false });
  await floor.settled(() => floor.becomes(bob, 'READY'));
  expect(await floor.offeredTo(second)).toBe(bob);
});

it('who could not be helped when their queue was deleted is helped soon after, and not half a minute later', async () => {
  const floor = await opened(FRENCH);
  const [amy] = await floor.agents(1, {});
  const conversation = await floor.settled(() => floor.arrives('french'));
  await floor.small.app().config.delete('queues', 'french'); // and nobody has been told yet
  let failed = false;
  const app = floor.small.app((call, run) => {
    if (failed || !(call.port === 'table' && call.does === 'get')) return run();
    failed = true;
    return Promise.reject(new Error('no answer in time'));
  });
  await floor.settled(() => fire(app, { kind: 'queueDue', queueId: 'french', after: null }, floor.clock.now()));
  expect(failed).toBe(true);
  await floor.clock.runUntil(floor.clock.now() + 2_000);
  expect(await floor.offeredTo(conversation)).toBe(amy);
});

it('all who wait in a queue that is deleted stray, however many they are', async () => {
  const floor = await opened(FRENCH);
  await floor.settled(() => Promise.all(Array.from({ length: 45 }, () => floor.arrives('french'))));
  await floor.settled(() => floor.remove('queues', 'french'));
  const tasks = floor.everything().conversations.flatMap((conversation) => Object.values(conversation.tasks));
  expect(tasks.filter(({ stray }) => stray)).toHaveLength(45);
});

it('who comes back to a queue that was deleted long ago is for anybody, too', async () => {
  const floor = await opened({ ...FRENCH, acceptSeconds: 20, ronaPolicy: 'KEEP' });
  await floor.agents(1, { french: 9 });
  const conversation = await floor.settled(() => floor.arrives('french'));
  await floor.settled(() => floor.remove('queues', 'french'));
  const [bob] = await floor.agents(1, {});
  await floor.clock.runUntil(floor.clock.now() + 20_000);
  expect(await floor.offeredTo(conversation)).toBe(bob);
});

it('a queue that moves to another MRD takes those along who wait in it', async () => {
  const floor = await opened(FRENCH);
  const conversation = await floor.settled(() => floor.arrives('french'));
  const [amy] = await floor.agents(1, { french: 9 }, { mrd: 'VOICE' });
  await floor.settled(() => floor.put('queues', 'french', { ...FRENCH, mrdId: 'VOICE' }));
  expect(await floor.offeredTo(conversation)).toBe(amy);
});

it('a limit that is raised is a place more for everybody who is signed in, and wakes who waits', async () => {
  const floor = await opened(FRENCH);
  const [amy] = await floor.agents(1, { french: 9 }, { max: 1, limits: false });
  const conversations = await floor.settled(async () => [await floor.arrives('french'), await floor.arrives('french')]);
  await floor.settled(() => floor.put('mrds', 'CHAT', { name: 'Chat', maxRequests: 2 }));
  expect(await Promise.all(conversations.map((id) => floor.offeredTo(id)))).toEqual([amy, amy]);
});

it('what changes nothing writes nobody', async () => {
  const floor = await opened(FRENCH);
  await floor.settled(() => floor.put('queues', 'french', { ...FRENCH, steps: [] }));
  await floor.agents(3, { french: 9 });
  await floor.settled(() => floor.put('queues', 'french', FRENCH)); // whoever was written by hand is as configured now
  await floor.cost(() => floor.put('queues', 'french', { ...FRENCH, name: 'Français' }));
  expect(floor.calls.filter(({ does, about }) => does === 'write' && about.startsWith('AGENT#'))).toEqual([]);
});

it.each<[ConfigKind, string]>([
  ['queues', 'french'],
  ['mrds', 'CHAT'],
])('the process that dies once %s are saved leaves nobody out of hundreds', async (kind, id) => {
  const floor = await opened(FRENCH);
  await floor.agents(120, {}, { limits: kind === 'queues' });
  const waiting = await floor.settled(() => Promise.all(Array.from({ length: 100 }, () => floor.arrives('french'))));
  const body = kind === 'queues' ? { ...FRENCH, steps: [] } : { name: 'Chat', maxRequests: 7 };
  let started = 0;
  const dying = floor.dying((call) => call.port === 'timers' && ++started > 1);
  await expect(inLoop(dying, (loop) => putConfig(dying, loop, kind, id, body))).rejects.toThrow('died');
  await floor.clock.runUntil(floor.clock.now() + 120_000);
  const { agents } = floor.everything();
  if (kind === 'mrds') expect(agents.filter(({ mrds }) => mrds['CHAT']?.maxAgentTasks !== 7)).toEqual([]);
  else expect(await Promise.all(waiting.map((one) => floor.offeredTo(one)))).not.toContain(null);
});

it('who reads what is configured before a change, and is saved only after it, follows half a minute later', async () => {
  const floor = await opened(FRENCH);
  const slowly = floor.small.app(async ({ does, about }, run) => {
    if (does === 'write' && about.startsWith('AGENT#slow')) await floor.clock.sleep(4_000);
    return run();
  });
  const limit = () => floor.everything().agents.find(({ id }) => id === 'slow')?.mrds['CHAT']?.maxAgentTasks;
  floor.small.wires.attach('slow-desk', { receive() {} });
  const desk = { offeredKey: undefined, receipts: false };
  const connecting = connect(slowly, { id: 'slow', user: user('slow') }, 'slow-desk', desk);
  await floor.settled(() => floor.put('mrds', 'CHAT', { name: 'Chat', maxRequests: 7 }));
  await connecting;
  expect(limit()).toBe(5);
  await floor.clock.runUntil(floor.clock.now() + 30_000);
  expect(limit()).toBe(7);
});

it('somebody for whom a change cannot be written keeps it from nobody behind them', async () => {
  const floor = await opened(FRENCH);
  const [first, second] = await floor.agents(2, {}, { limits: false });
  const broken = floor.dying(({ does, about }) => does === 'write' && about.startsWith(`AGENT#${first}`));
  floor.small.timers.consume(({ timer, dueAt }) => fire(broken, timer, dueAt));
  await floor.settled(() => floor.put('mrds', 'CHAT', { name: 'Chat', maxRequests: 7 }));
  const limits = new Map(floor.everything().agents.map(({ id, mrds }) => [id, mrds['CHAT']?.maxAgentTasks]));
  expect([limits.get(first ?? ''), limits.get(second ?? '')]).toEqual([1, 7]);
});
