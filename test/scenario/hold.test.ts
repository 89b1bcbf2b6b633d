/** A conversation on hold: who may pause it, what resumes it, and that it frees nothing. */
import { describe, expect, it } from 'vitest';
import { agentMessage, contactCentre, webSession } from '../support/contact-centre.ts';
import { agentOf, conversationOf } from '../support/platform.ts';
import {
  agent,
  colleague,
  consulting,
  joins,
  logged,
  nobodyIsHalfInside,
  queue,
  scene,
  tasksOf,
  watched,
  type Colleague,
  type Scene,
} from '../support/scene.ts';
import { fire } from '../support/engines.ts';
import { wrapUp } from '../support/talk.ts';

const centre = contactCentre();
const brief = contactCentre({ environment: { GRACE_SECONDS: '1' } });

const pause = ({ desk }: Colleague, conversationId: string, duration: unknown = 600) =>
  desk.ask('pauseConversation', { conversationId, duration, state: 'ON_HOLD' });
const resume = ({ desk }: Colleague, conversationId: string) =>
  desk.ask('resumeConversation', { conversationId, state: 'ACTIVE' });
const stateOf = async (conversationId: string, where = centre) => (await conversationOf(where, conversationId)).state;

/** Amy has paused, and everybody has heard of it. */
async function paused(story: Scene, duration: unknown = 600): Promise<Scene> {
  expect(await pause(story.amy, story.conversationId, duration)).toMatchObject({ status: 'ok' });
  await story.amy.desk.cim('CONVERSATION_PAUSED');
  return story;
}

describe('An agent who pauses', () => {
  it('puts the conversation on hold for all to see, for as long as they said', async () => {
    const { amy, sam, conversationId } = await watched(centre);
    const before = centre.now();
    expect(await pause(amy, conversationId, 300)).toMatchObject({ status: 'ok' });
    for (const { desk } of [amy, sam]) {
      const { data } = await desk.cim('CONVERSATION_PAUSED');
      expect(data.holdTimerDetails.totalDuration).toBe(300);
      expect(data.holdTimerDetails.startTime).toBeGreaterThanOrEqual(before);
      expect(data.participant).toMatchObject({ role: 'PRIMARY', participant: { id: amy.id } });
    }
    expect(await stateOf(conversationId)).toBe('ON_HOLD');
    expect(await resume(amy, conversationId)).toMatchObject({ status: 'ok' });
    for (const { desk } of [amy, sam]) await desk.cim('CONVERSATION_RESUMED');
    expect(await stateOf(conversationId)).toBe('ACTIVE');
  });

  it('is no freer than before', async () => {
    const { amy, conversationId } = await scene(centre);
    const before = await agentOf(centre, amy.id);
    await pause(amy, conversationId);
    expect(await agentOf(centre, amy.id)).toEqual(before);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('may say until when instead, as a text, too', async () => {
    const { amy, conversationId } = await scene(centre);
    const inFiveMinutes = Math.floor(centre.now() / 1000) + 300;
    await pause(amy, conversationId, String(inFiveMinutes));
    const { totalDuration } = (await amy.desk.cim('CONVERSATION_PAUSED')).data.holdTimerDetails;
    expect(Math.abs(totalDuration - 300)).toBeLessThan(20);
    await resume(amy, conversationId);
    const past = Math.floor(centre.now() / 1000) - 10;
    expect(await pause(amy, conversationId, past)).toMatchObject({ code: 'state.invalid' });
    for (const wrong of [0, -1, 'soon', null])
      expect(await pause(amy, conversationId, wrong)).toMatchObject({ code: 'event.invalid' });
  });

  it('holds it at another desk, too, where they take over', async () => {
    const { amy, conversationId } = await paused(await scene(centre));
    const desk = await amy.person.connect();
    const { topicData } = (await desk.next('onTopicData')).data;
    expect(topicData).toMatchObject({ state: 'ON_HOLD', holdTimerDetails: { totalDuration: 600 } });
    expect(await resume({ ...amy, desk }, conversationId)).toMatchObject({ status: 'ok' });
  });
});

describe('A conversation on hold', () => {
  it('goes on by itself when the time is over', async () => {
    const { amy, conversationId } = await paused(await scene(centre), 1);
    const { data } = await amy.desk.cim('CONVERSATION_RESUMED');
    expect(data.participant.participant.id).toBe(amy.id);
    expect(await stateOf(conversationId)).toBe('ACTIVE');
  });

  it.each([
    ['a message', () => agentMessage('Here I am')],
    ['a wrap-up', () => wrapUp()],
  ])('goes on when an agent writes %s', async (_, cimEvent) => {
    const { amy, conversationId } = await paused(await scene(centre));
    await amy.desk.ask('publishCimEvent', { conversationId, cimEvent: cimEvent() });
    const resumed = await amy.desk.cim('CONVERSATION_RESUMED');
    expect((await amy.desk.cim('AGENT_MESSAGE')).seq).toBeGreaterThan(resumed.seq);
    expect(await stateOf(conversationId)).toBe('ACTIVE');
  });

  it('does not go on because the customer writes, an agent whispers, or a colleague is asked', async () => {
    const { amy, bob, customer, conversationId } = await paused(await consulting(centre));
    await customer.says('Hello?');
    const cimEvent = { ...agentMessage('psst'), name: 'WHISPER_MESSAGE' };
    for (const { desk } of [amy, bob]) await desk.ask('publishCimEvent', { conversationId, cimEvent });
    await amy.desk.ask('directConferenceRequest', { conversationId, ...queue(await centre.queue()) });
    expect(await stateOf(conversationId)).toBe('ON_HOLD');
  });

  it.each(['directTransferRequest', 'consultTransferRequest'])('goes on with a transfer (%s)', async (event) => {
    const consulted = event === 'consultTransferRequest';
    const { amy, bob, conversationId } = await paused(await (consulted ? consulting(centre) : scene(centre)));
    amy.desk.send(event, { conversationId, ...agent(bob.id, { offerToAgent: !consulted }) });
    await amy.desk.cim('CONVERSATION_RESUMED');
    await amy.desk.next('topicUnsubscription');
    if (!consulted) await bob.desk.accept();
    expect(await stateOf(conversationId)).toBe('ACTIVE');
    expect(await logged(centre, conversationId, 'CONVERSATION_RESUMED')).toHaveLength(1);
  });

  it('is on hold for as long as the last pause says, whatever an older one said', async () => {
    const { amy, conversationId } = await paused(await scene(centre), 1);
    await amy.desk.cim('CONVERSATION_RESUMED');
    await pause(amy, conversationId, 1);
    const first = (await amy.desk.cim('CONVERSATION_PAUSED')).data.holdTimerDetails.startTime;
    await resume(amy, conversationId);
    await pause(amy, conversationId, 600);
    await centre.passes(first + 1_100 - centre.now());
    await fire(centre.stack, { kind: 'holdExpired', conversationId, since: first });
    expect(await stateOf(conversationId)).toBe('ON_HOLD');
  });

  it('stays on hold while the agent is away for a moment, and is off hold when they are gone', async () => {
    const { amy, conversationId, support } = await paused(await scene(brief));
    amy.desk.vanish();
    const desk = await amy.person.connect();
    expect((await desk.next('onTopicData')).data.topicData.state).toBe('ON_HOLD');
    desk.vanish();
    await brief.eventually(async () => ((await stateOf(conversationId, brief)) === 'INACTIVE' ? true : undefined));
    expect(await tasksOf(brief, conversationId)).toEqual([
      expect.objectContaining({ state: 'QUEUED', priority: 11, queue: support }),
    ]);
    const carol = await colleague(brief, support);
    expect((await carol.desk.accept()).data.topicData).toMatchObject({
      state: 'ACTIVE',
      holdTimerDetails: { totalDuration: null, startTime: null },
    });
  });

  it('stays on hold while another agent is there', async () => {
    const story = await scene(centre);
    const { amy, bob, conversationId } = story;
    await amy.desk.ask('directConferenceRequest', { conversationId, ...agent(bob.id) });
    await joins(story, bob);
    await paused(story);
    await amy.desk.become('LOGOUT');
    await bob.desk.cim('AGENT_UNSUBSCRIBED');
    expect(await stateOf(conversationId)).toBe('ON_HOLD');
    expect(await resume(bob, conversationId)).toMatchObject({ status: 'ok' });
  });
});

describe('It is refused to', () => {
  it('pause or resume twice', async () => {
    const { amy, conversationId } = await scene(centre);
    expect(await resume(amy, conversationId)).toMatchObject({ code: 'state.invalid' });
    await pause(amy, conversationId);
    expect(await pause(amy, conversationId)).toMatchObject({ code: 'state.invalid' });
    await resume(amy, conversationId);
    expect(await resume(amy, conversationId)).toMatchObject({ code: 'state.invalid' });
    expect(await logged(centre, conversationId, 'CONVERSATION_PAUSED', 'CONVERSATION_RESUMED')).toHaveLength(2);
  });

  it('pause or resume for anybody but an agent in front of the customer', async () => {
    const { amy, bob, sam, conversationId, support } = await watched(centre);
    await amy.desk.ask('consultRequest', { conversationId, ...agent(bob.id) });
    await bob.desk.accept();
    const carol = await colleague(centre, support);
    for (const [who, code] of [
      [bob, 'role.forbidden'],
      [sam, 'role.forbidden'],
      [carol, 'conversation.notParticipant'],
    ] as const) {
      expect(await pause(who, conversationId)).toMatchObject({ code });
      expect(await resume(who, conversationId)).toMatchObject({ code });
    }
  });

  it('pause a call, which the phone does', async () => {
    const support = await centre.queue({ wrapUp: { enabled: false } });
    const amy = await colleague(centre, support);
    const session = webSession(`call-${amy.id}`);
    const channelType = { ...session.channel.channelType, name: 'CX_VOICE' };
    const channelSession = { ...session, channel: { ...session.channel, channelType } };
    const { body } = await centre.call('POST', '/conversations', { channelSession, queue: support });
    await amy.desk.accept();
    expect(await pause(amy, body.conversationId)).toMatchObject({ code: 'state.invalid' });
  });
});
