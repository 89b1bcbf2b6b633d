/**
 * Whom a supervisor may follow, and what they may not do. A refusal says why, and changes nothing.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { conversationOf } from '../support/platform.ts';
import {
  agent,
  consulting,
  forget,
  nobodyIsHalfInside,
  rolesIn,
  scene,
  supervisor,
  watched,
  type Colleague,
} from '../support/scene.ts';
import { withoutTrace } from '../support/table.ts';

const centre = contactCentre({ alone: true });
const STEPS = ['JoinAsSilentMonitor', 'joinAsWhisper', 'joinAsBargeIn'];

/**
 * Refused with this code, in an `errors` event as well, and nothing of the conversation is told.
 */
async function refused({ desk }: Colleague, event: string, conversationId: string, code: string) {
  desk.frames.length = 0;
  const ack = await withoutTrace(centre.stack, () => desk.ask(event, { conversationId }));
  expect(ack, event).toMatchObject({ status: 'error', code });
  const { data } = await desk.next('errors');
  expect(data).toMatchObject({ task: event, code, conversationId });
  expect(desk.frames).toEqual([]);
}

describe('A conversation may be followed', () => {
  it('by supervisors only, at any step', async () => {
    const { amy, bob, conversationId } = await consulting(centre);
    const person = await centre.person(['agent']);
    const stranger = { id: person.id, person, desk: await person.connect() };
    for (const event of STEPS)
      for (const who of [stranger, amy, bob]) await refused(who, event, conversationId, 'role.forbidden');
  });

  it('by those who supervise a team of an agent who talks in it, as their token says', async () => {
    const queue = await centre.queue({ wrapUp: { enabled: false } });
    const red = { teamId: 'red', teamName: 'Red' };
    const ina = await centre.person(['agent'], { attributes: { [queue]: 1 }, team: red });
    const desk = await ina.ready();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    const sam = await supervisor(centre); // of the blue team
    await refused(sam, 'JoinAsSilentMonitor', conversationId, 'role.forbidden');
    await centre.call('PUT', `/config/agents/${sam.id}`, { supervisedTeams: [red] }); // this is no token
    await refused(sam, 'JoinAsSilentMonitor', conversationId, 'role.forbidden');

    const [story] = await Promise.all([scene(centre), desk.become('READY')]); // one of each team is enough
    await story.amy.desk.ask('directConferenceRequest', { conversationId: story.conversationId, ...agent(ina.id) });
    await desk.accept();
    const answer = await sam.desk.ask('JoinAsSilentMonitor', { conversationId: story.conversationId });
    expect(answer).toMatchObject({ status: 'ok' });
    story.amy.desk.send('topicUnsubscription', { conversationId: story.conversationId });
    await sam.desk.cim('AGENT_UNSUBSCRIBED');
    for (const event of ['joinAsWhisper', 'joinAsBargeIn'])
      await refused(sam, event, story.conversationId, 'role.forbidden'); // only red ones are left
  });

  it('while an agent is there: not before, not in wrap-up, not after', async () => {
    const sam = await supervisor(centre);
    const { conversationId: waiting } = await centre.customer(await centre.queue());
    await refused(sam, 'JoinAsSilentMonitor', waiting, 'state.invalid');
    const { amy, customer, conversationId } = await scene(centre, { support: { wrapUp: { enabled: true } } });
    await customer.leaves();
    await amy.desk.next('wrapupTimerStarted');
    await refused(sam, 'JoinAsSilentMonitor', conversationId, 'state.invalid');
    amy.desk.send('closeWrapup', { conversationId, cimEvent: null });
    await amy.desk.next('agentPresence_');
    expect((await conversationOf(centre, conversationId)).state).toBe('CLOSED');
    await refused(sam, 'JoinAsSilentMonitor', conversationId, 'state.invalid');
  });

  it('only if there is one', async () => {
    const sam = await supervisor(centre);
    for (const event of STEPS) await refused(sam, event, 'nothing', 'conversation.unknown');
  });
});

describe('A supervisor', () => {
  it('joins once: asking again shows them the conversation again, whatever their part is', async () => {
    const { sam, conversationId } = await watched(centre);
    const shown = async (event: string, role: string) => {
      const ack = await withoutTrace(centre.stack, () => sam.desk.ask(event, { conversationId }));
      expect(ack).toMatchObject({ status: 'ok' });
      const { data } = await sam.desk.next('onTopicData');
      expect(data.topicData.topicParticipant.role).toBe(role);
    };
    await shown('JoinAsSilentMonitor', 'SILENT_MONITOR');
    for (const [step, role] of [
      ['joinAsWhisper', 'ASSISTANT'],
      ['joinAsBargeIn', 'PRIMARY'],
    ] as const) {
      await sam.desk.ask(step, { conversationId });
      await shown(step, role);
      await shown('JoinAsSilentMonitor', role);
    }
    forget(sam);
    await refused(sam, 'joinAsWhisper', conversationId, 'state.invalid');
  });

  it('whispers and steps in only where they watch', async () => {
    const [{ conversationId }, sam] = await Promise.all([scene(centre), supervisor(centre)]);
    for (const event of ['joinAsWhisper', 'joinAsBargeIn'])
      await refused(sam, event, conversationId, 'conversation.notParticipant');
  });

  it('does not step in where they were asked for advice: that is another part', async () => {
    const { amy, conversationId } = await scene(centre);
    const person = await centre.person(['agent', 'supervisor']);
    const sam = { id: person.id, person, desk: await person.ready() };
    const asked = () => amy.desk.ask('consultRequest', { conversationId, ...agent(sam.id) });
    await centre.poll(asked).toMatchObject({ status: 'ok' }); // as soon as sam's greeting is over
    await refusedWhileItRings(sam, conversationId);
    await sam.desk.accept();
    await sam.desk.next('agentPresence_');
    for (const event of ['joinAsWhisper', 'joinAsBargeIn']) await refused(sam, event, conversationId, 'role.forbidden');
    await refused(sam, 'JoinAsSilentMonitor', conversationId, 'state.invalid');
    expect(await rolesIn(centre, conversationId)).toEqual({ [amy.id]: 'PRIMARY', [sam.id]: 'ASSISTANT' });
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('clicks twice and joins once: the same frame is answered alike', async () => {
    const [{ amy, conversationId }, sam] = await Promise.all([scene(centre), supervisor(centre)]);
    const join = () => sam.desk.ask('JoinAsSilentMonitor', { conversationId }, 'join');
    expect(await Promise.all([join(), join()])).toEqual(Array(2).fill({ id: 'join', status: 'ok' }));
    expect(await join()).toEqual({ id: 'join', status: 'ok' });
    await amy.desk.cim('AGENT_SUBSCRIBED');
    await amy.desk.never('onCimEvent', 200);
    forget(sam);
    await nobodyIsHalfInside(centre, conversationId);
  });

  it('who has just logged out watches nobody', async () => {
    const [{ conversationId }, sam] = await Promise.all([scene(centre), supervisor(centre)]);
    await sam.desk.become('LOGOUT');
    await refused(sam, 'JoinAsSilentMonitor', conversationId, 'state.invalid');
    await nobodyIsHalfInside(centre, conversationId);
  });
});

/** Somebody who is asked in answers that first; watching would leave them there twice. */
async function refusedWhileItRings(sam: Colleague, conversationId: string) {
  const { data } = await sam.desk.next('taskRequest');
  await refused(sam, 'JoinAsSilentMonitor', conversationId, 'state.invalid');
  sam.desk.frames.push({ event: 'taskRequest', data, conversationId });
}
