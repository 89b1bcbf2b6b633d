/**
 * The agent's response time: when the clock runs, what stops it, and what happens when nobody
 * answers.
 */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import type { CimFrame } from '../support/desk.ts';
import { closings, logOf } from '../support/platform.ts';
import {
  agent,
  colleague,
  heardUntil,
  joins,
  logged,
  nobodyIsHalfInside,
  queue,
  resting,
  rolesIn,
  scene,
  tasksOf,
  watched,
  type Colleague,
} from '../support/scene.ts';
import { wrapUp } from '../support/talk.ts';

const centre = contactCentre();
const slow = { agentSlaSeconds: 600 };

const says = ({ desk }: Colleague, conversationId: string, cimEvent: unknown = agentMessage('Here I am')) =>
  desk.ask('publishCimEvent', { conversationId, cimEvent });

/** The clock's next word, of whatever kind. */
function clock({ desk }: Colleague): Promise<CimFrame> {
  return desk.cim('AGENT_SLA_STARTED');
}

const stopped = ({ desk }: Colleague) => desk.cim('AGENT_SLA_STOPPED');
const runs = async (conversationId: string) =>
  (await logged(centre, conversationId, 'AGENT_SLA_STARTED', 'AGENT_SLA_STOPPED')).map(({ name }) => name.slice(10));

describe('The clock starts', () => {
  it('when the first agent comes, and their desk is told how long there is', async () => {
    const support = await centre.queue({ ...slow, wrapUp: { enabled: false } });
    const amy = await colleague(centre, support);
    const before = centre.now();
    const { conversationId } = await centre.customer(support);
    const { agentSla } = (await amy.desk.accept()).data.topicData;
    expect(agentSla).toMatchObject({ totalDuration: 600, action: 'START_TIMER' });
    expect(agentSla?.startTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    const startedAt = Date.parse(`${String(agentSla?.startTime).replace(' ', 'T')}Z`);
    expect(Math.abs(startedAt - before)).toBeLessThan(20_000);
    expect(await runs(conversationId)).toEqual(['STARTED']);
  });

  it('when the customer writes after an answer, once however often they write', async () => {
    const { amy, customer, conversationId } = await scene(centre, { support: slow });
    await says(amy, conversationId);
    await stopped(amy);
    await customer.says('And then?');
    expect((await clock(amy)).data).toMatchObject({ action: 'START_TIMER', totalDuration: 600 });
    await customer.says('Hello??');
    await customer.says('Hello???');
    expect(await runs(conversationId)).toEqual(['STARTED', 'STOPPED', 'STARTED']);
  });

  it('not for company: neither a colleague nor a supervisor who comes starts it anew', async () => {
    const story = await watched(centre, { support: slow });
    const { amy, bob, conversationId } = story;
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    expect(await runs(conversationId)).toEqual(['STARTED']);
  });

  it('not where the queue has no such time', async () => {
    const { customer, conversationId } = await scene(centre);
    await customer.says('Hello?');
    expect(await runs(conversationId)).toEqual([]);
  });
});

describe('The clock stops', () => {
  it('when an agent answers, whichever of them', async () => {
    const story = await scene(centre, { support: slow });
    const { amy, bob, conversationId } = story;
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    await says(bob, conversationId);
    for (const who of [amy, bob]) expect((await stopped(who)).data).toMatchObject({ action: 'STOP_TIMER' });
  });

  it('for nothing that the customer does not read', async () => {
    const { amy, sam, conversationId } = await watched(centre, { support: slow });
    const whisper = { ...agentMessage('psst'), name: 'WHISPER_MESSAGE' };
    const typing = { ...agentMessage(''), name: 'TYPING_INDICATOR' };
    for (const cimEvent of [whisper, typing, wrapUp()])
      expect(await says(amy, conversationId, cimEvent)).toMatchObject({ status: 'ok' });
    await says(sam, conversationId, whisper);
    expect(await runs(conversationId)).toEqual(['STARTED']);
  });

  it('and starts from the beginning when the agent asks for time', async () => {
    const { amy, conversationId } = await scene(centre, { support: slow });
    const cimEvent = { id: 'reset', name: 'RESET_AGENT_SLA', type: 'NOTIFICATION', data: {} };
    expect(await says(amy, conversationId, cimEvent)).toMatchObject({ status: 'ok' });
    const again = ['RESET_AGENT_SLA', 'AGENT_SLA_STOPPED', 'AGENT_SLA_STARTED'];
    expect(await heardUntil(amy, 'AGENT_SLA_STARTED')).toEqual(again);
    await says(amy, conversationId);
    await stopped(amy);
    await says(amy, conversationId, { ...cimEvent, id: 'again' });
    expect(await runs(conversationId)).toEqual(['STARTED', 'STOPPED', 'STARTED', 'STOPPED']); // nobody waits
  });

  it('while the conversation is on hold, and starts from the beginning after it', async () => {
    const { amy, customer, conversationId } = await scene(centre, { support: slow });
    await amy.desk.ask('pauseConversation', { conversationId, duration: 600 });
    expect(await heardUntil(amy, 'CONVERSATION_PAUSED')).toEqual(['AGENT_SLA_STOPPED', 'CONVERSATION_PAUSED']);
    await customer.says('I wait');
    await amy.desk.cim('CUSTOMER_MESSAGE');
    amy.desk.send('resumeConversation', { conversationId });
    expect(await heardUntil(amy, 'AGENT_SLA_STARTED')).toEqual(['CONVERSATION_RESUMED', 'AGENT_SLA_STARTED']);
    expect(await runs(conversationId)).toEqual(['STARTED', 'STOPPED', 'STARTED']);
  });

  it('with the agents who leave, and starts for the next ones by the rules of their queue', async () => {
    const story = await scene(centre, { support: slow, sales: { agentSlaSeconds: 300 } });
    const { amy, bob, conversationId, sales } = story;
    await amy.desk.ask('directTransferRequest', { conversationId, ...queue(sales) });
    expect(await runs(conversationId)).toEqual(['STARTED', 'STOPPED']);
    const { agentSla } = (await bob.desk.accept()).data.topicData;
    expect(agentSla).toMatchObject({ totalDuration: 300, action: 'START_TIMER' });
    await bob.desk.become('LOGOUT');
    await nobodyIsHalfInside(centre, conversationId);
    expect(await runs(conversationId)).toEqual(['STARTED', 'STOPPED', 'STARTED', 'STOPPED']);
  });

  it('for nobody who only takes over at another desk: there it runs on', async () => {
    const { amy, conversationId } = await scene(centre, { support: slow });
    const desk = await amy.person.connect();
    const { agentSla } = (await desk.next('onTopicData')).data.topicData;
    expect(agentSla).toMatchObject({ totalDuration: 600, action: 'START_TIMER' });
    expect(await runs(conversationId)).toEqual(['STARTED']);
  });
});

describe('When the time is over', () => {
  it('everybody is sent away, and the customer goes back to the queue, first in line', async () => {
    const settings = { support: { agentSlaSeconds: 4, acceptSeconds: 2 } };
    const { amy, sam, customer, conversationId, support } = await watched(centre, settings);
    const why = ['AGENT_SLA_EXPIRED', 'REMOVE_ALL_AGENTS', 'topicUnsubscription'];
    const heard = await heardUntil(amy, 'topicUnsubscription');
    expect(heard.filter((name) => why.includes(name))).toEqual(why);
    expect((await sam.desk.next('topicUnsubscription')).data.reason).toBe('AGENT SLA EXPIRED');
    const { data } = await amy.desk.next('taskRequest'); // who is free again, and the only one
    expect(data).toMatchObject({ conversationId, taskDirection: 'INBOUND', queue: { id: support } });
    expect(await tasksOf(centre, conversationId)).toEqual([expect.objectContaining({ priority: 11, queue: support })]);
    expect(await rolesIn(centre, conversationId)).toEqual({});
    const log = await logOf(centre, conversationId);
    expect(closings(log)).toEqual(['RESPONSE_TIMEOUT']);
    const reasons = log.filter(({ name }) => name === 'AGENT_UNSUBSCRIBED').map(({ data: { reason } }) => reason);
    expect(reasons).toEqual(['SLA_EXPIRED', 'SLA_EXPIRED']);
    await nobodyIsHalfInside(centre, conversationId);
    await customer.says('Finally'); // without an agent nothing runs
    expect((await runs(conversationId)).at(-1)).toBe('STARTED');
  });

  it('a colleague on the way is called off, and one who assists goes, too', async () => {
    const support = { agentSlaSeconds: 4, wrapUp: { enabled: true } };
    const story = await scene(centre, { support });
    const { amy, bob, conversationId, sales } = story;
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    await resting(centre, sales);
    await amy.desk.ask('consultRequest', { conversationId, ...queue(sales) });
    for (const { desk } of [amy, bob])
      await desk.next('topicUnsubscription', ({ reason }) => reason === 'AGENT SLA EXPIRED');
    await amy.desk.never('wrapupTimerStarted', 0);
    const tasks = await tasksOf(centre, conversationId);
    expect(tasks).toEqual([expect.objectContaining({ direction: 'INBOUND', priority: 11 })]);
    expect(closings(await logOf(centre, conversationId)).toSorted()).toEqual([
      'FORCE_CLOSED',
      'RESPONSE_TIMEOUT',
      'RESPONSE_TIMEOUT',
    ]);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('nothing happens to an agent who has answered', async () => {
    const { amy, conversationId } = await scene(centre, { support: { agentSlaSeconds: 1 } });
    await says(amy, conversationId);
    await amy.desk.never('topicUnsubscription', 2_500);
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY' });
  });
});
