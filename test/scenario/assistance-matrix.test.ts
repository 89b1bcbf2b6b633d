/**
 * Whoever asked, whoever was asked, or both are elsewhere at any point of a transfer, a conference
 * or a consult, come back to it, and log out.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { everywhere, haveGone, isLeft, isTold, type Everywhere, type Story } from '../support/interrupted.ts';
import { endOf, SITUATIONS, WHO, type End, type Situation, type Who } from '../support/interruption.ts';
import { agentOf } from '../support/platform.ts';
import { isAway, type Colleague } from '../support/scene.ts';

const centre = contactCentre({}, 'all');

/**
 * A desk that is back was told what its agent has to do with: the conversation, the rest of their
 * wrap-up, or the card.
 */
async function isPresented(story: Story, { desk }: Colleague, name: Who, { roles, request }: End, movedOn: boolean) {
  const { conversationId, card } = story;
  const here = (data: { conversationId: string }) => data.conversationId === conversationId;
  const role = roles[name];
  const rings = request?.ringsAt === name;
  if (role) {
    const { data } = await desk.next('onTopicData', here);
    expect(data.topicData.topicParticipant.role).toBe(role);
    if (role === 'WRAP_UP') await desk.next('wrapupTimerStarted', here);
  } else if (rings) {
    const { data } = await desk.next('taskRequest', here);
    const taskId = `${card?.taskId.replace(/-m$/, '')}-m2`; // the same task, tried again
    const another = { taskId, attempt: 2, expiresAt: expect.any(Number) };
    expect(data).toEqual({ ...card, now: expect.any(Number), ...(movedOn ? another : {}) });
  } else {
    const about = desk.frames.filter((frame) => frame.conversationId === conversationId);
    const toWhoeverAsked = ['agentAssignedForAssistance', 'onAssistanceOutcome']; // wherever they are
    expect(about.filter(({ event }) => !toWhoeverAsked.includes(event))).toEqual([]);
  }
}

describe.each(WHO)('At any point %s', (_, who) => {
  let told: Everywhere;
  beforeAll(async () => {
    told = await everywhere(centre);
  });
  const comeBack = async () => {
    for (const name of who) {
      const { person, id } = told.people[name];
      told.people[name] = { id, person, desk: await person.connect() };
      await centre.eventually(async () => ((await agentOf(centre, id)).connected ? true : undefined)); // the greeting is over
    }
  };
  const presented = async (situation: Situation, away: readonly Who[]) => {
    const [story, end] = [told.storyOf(situation), endOf(situation, { gone: [], away })];
    const movedOn = situation.by === 'queue' && away.includes('bob'); // to nobody, and back
    for (const name of who) await isPresented(story, told.people[name], name, end, movedOn);
    await isLeft(centre, told.people, story, end);
  };

  describe('may be at another desk', () => {
    beforeAll(comeBack);
    it.each(SITUATIONS)('$title', (situation) => presented(situation, []));
  });

  describe('may be lost and come back in time', () => {
    beforeAll(async () => {
      for (const name of who) await isAway(centre, told.people[name]);
      await comeBack();
    });
    it.each(SITUATIONS)('$title', (situation) => presented(situation, who));
  });

  describe('may log out', () => {
    beforeAll(async () => {
      const leavers = who.map((name) => told.people[name]);
      await Promise.all(leavers.map(({ desk }) => desk.become('LOGOUT')));
      await haveGone(centre, leavers);
    });
    it.each(SITUATIONS)('$title', async (situation) => {
      await isTold(told, situation, who);
      await isLeft(centre, told.people, told.storyOf(situation), endOf(situation, { gone: who, away: who }));
    });
  });
});
