/** Wrap-ups as queues want them: five modes, more time for who needs it, an end by a supervisor. */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { agentOf, logOf } from '../support/platform.ts';
import { chatIs, talk, wrapUp } from '../support/talk.ts';

const centre = contactCentre();

/** An agent who talked in a queue with such a wrap-up, and has left. */
async function left(wrapUpOf: Record<string, unknown>) {
  const story = await talk(centre, { wrapUp: wrapUpOf });
  await story.desk.ask('topicUnsubscription', { conversationId: story.conversationId });
  return story;
}

describe('A wrap-up', () => {
  it.each([{ mode: 'NONE' }, { mode: 'AGENT_CHOICE' }])('does not come about by itself: $mode', async (mode) => {
    const { desk } = await left(mode);
    expect((await desk.next('topicUnsubscription')).data.reason).toBe('UNSUBSCRIBED');
    await desk.next('agentPresence_', chatIs('READY'));
    await desk.never('wrapupTimerStarted', 100);
  });

  it('comes about where the agent has chosen it', async () => {
    const { desk, customer, conversationId } = await talk(centre, { wrapUp: { mode: 'AGENT_CHOICE', seconds: 20 } });
    expect(await desk.ask('extendWrapup', { conversationId })).toMatchObject({ status: 'ok' });
    await desk.never('wrapupTimerStarted', 100);
    await customer.leaves();
    expect((await desk.next('wrapupTimerStarted')).data).toMatchObject({ duration: 20, noteNeeded: false });
    await centre.passes(20_000);
    expect((await desk.next('topicUnsubscription')).data.reason).toBe('UNSUBSCRIBED');
  });

  it.each(['MANDATORY', 'MANDATORY_TIMED'])('cannot be left without a word: %s', async (mode) => {
    const { desk, person, conversationId } = await left({ mode, seconds: 30 });
    const timer = await desk.next('wrapupTimerStarted');
    expect(timer.data).toMatchObject({ noteNeeded: true, duration: mode === 'MANDATORY' ? 86_400 : 30 });
    const missing = { status: 'error', code: 'wrapUp.noteMissing' };
    expect(await desk.ask('closeWrapup', { conversationId, cimEvent: null })).toMatchObject(missing);
    expect(await desk.ask('topicUnsubscription', { conversationId })).toMatchObject(missing);
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [{ conversationId, phase: 'WRAP_UP' }] });
    expect(await desk.ask('closeWrapup', { conversationId, cimEvent: wrapUp() })).toMatchObject({ status: 'ok' });
    await desk.next('topicUnsubscription');
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [] });
  });

  it('without a limit is still there later; one with a limit is not', async () => {
    const endless = await left({ mode: 'MANDATORY' });
    const timed = await left({ mode: 'MANDATORY_TIMED', seconds: 20 });
    await centre.passes(40_000);
    await timed.desk.next('topicUnsubscription');
    expect(await agentOf(centre, endless.person.id)).toMatchObject({ tasks: [{ phase: 'WRAP_UP' }] });
  });

  it('gets more time, and ends by that', async () => {
    const { desk, person, conversationId } = await left({ seconds: 20, extendSeconds: 30, mostSeconds: 60 });
    const first = await desk.next('wrapupTimerStarted');
    await centre.passes(10_000);
    desk.frames.length = 0;
    expect(await desk.ask('extendWrapup', { conversationId })).toMatchObject({ status: 'ok' });
    const { data } = await desk.next('wrapupTimerStarted');
    expect(data.expiresAt).toBe(Number(first.data.expiresAt) + 30_000);
    expect(data.duration).toBeLessThanOrEqual(40);
    expect(await desk.ask('extendWrapup', { conversationId, seconds: 500 })).toMatchObject({ status: 'ok' });
    const refused = { status: 'error', code: 'wrapUp.tooLong' };
    expect(await desk.ask('extendWrapup', { conversationId })).toMatchObject(refused);
    await centre.passes(30_000); // the time that it had at first is over
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [{ phase: 'WRAP_UP' }] });
    await centre.passes(20_000);
    await desk.next('topicUnsubscription');
    expect(centre.now()).toBeGreaterThanOrEqual(Number(first.data.expiresAt) + 40_000);
  });

  it('is ended by a supervisor of the team, and by nobody else', async () => {
    const red = { teamId: 'red', teamName: 'Red' };
    const queue = await centre.queue({ wrapUp: { mode: 'MANDATORY' } });
    const amy = await centre.person(['agent'], { attributes: { [queue]: 1 }, team: red });
    const desk = await amy.ready();
    const { conversationId } = await centre.customer(queue);
    await desk.accept();
    const people = await Promise.all([
      centre.person(['agent']),
      centre.person(['agent', 'supervisor']), // of the blue team
      centre.person(['agent', 'supervisor'], {}, { supervisedTeams: [red] }),
    ]);
    const [ina, blue, sam] = await Promise.all(people.map((person) => person.connect()));
    const end = { conversationId, ofAgentId: amy.id };
    expect(await sam?.ask('endWrapup', end)).toMatchObject({ status: 'error', code: 'state.invalid' });
    await desk.ask('topicUnsubscription', { conversationId });
    for (const other of [ina, blue])
      expect(await other?.ask('endWrapup', end)).toMatchObject({ status: 'error', code: 'role.forbidden' });
    expect(await sam?.ask('endWrapup', end)).toMatchObject({ status: 'ok' });
    await desk.next('topicUnsubscription');
    const gone = (await logOf(centre, conversationId)).find(({ name }) => name === 'AGENT_UNSUBSCRIBED');
    expect(gone?.data).toMatchObject({ reason: 'WRAP_UP_ENDED', by: { id: people[2]?.id } });
  });
});
