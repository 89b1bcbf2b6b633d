/**
 * An answer of which nobody knows whether it has arrived is no answer: what was asked for is
 * refused for the moment, and asking again shows it.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';
import { listOf, waitsOn } from '../support/lists.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre();

/** Posts of this event fail until that is ended. */
function spoil(event: string): () => void {
  return centre.stack.gateway.interceptPosts(({ body }) => (body.startsWith(`{"event":"${event}"`) ? 500 : undefined));
}

const refused = { status: 'error', code: 'internal' };
const done = { status: 'ok' };

describe('An answer that is lost', () => {
  it('about a pull list is given by the same frame again, with what is on it', async () => {
    const desk = await (await centre.person()).connect();
    const listId = await listOf(centre);
    const { conversationId } = await waitsOn(centre, listId);
    const end = spoil('addPullModeSubscribedListRequests');
    expect(await desk.ask('subscribePullModeList', { listId }, 'watch')).toMatchObject(refused);
    end();
    desk.frames.length = 0;
    expect(await desk.ask('subscribePullModeList', { listId }, 'watch')).toMatchObject(done);
    expect((await desk.next('onPullModeSubscribedList')).data).toMatchObject([{ id: listId }]);
    expect((await desk.next('pullModeSubscribedListRequests')).data).toMatchObject([{ id: conversationId }]);
  });

  it.each([
    ['onTopicReplay', 'replayTopic'],
    ['onAgentReplay', 'replayAgentEvents'],
  ] as const)('of missed events is given when they are asked for again: %s', async (event, action) => {
    const { desk, conversationId } = await talk(centre);
    const end = spoil(event);
    const data = { afterSeq: 0, ...(action === 'replayTopic' ? { conversationId } : {}) };
    expect(await desk.ask(action, data, 'page')).toMatchObject(refused);
    end();
    expect(await desk.ask(action, data, 'page')).toMatchObject(done);
    await desk.next(event);
  });

  it('about the teams of a supervisor is given by the same frame again', async () => {
    const boss = await (await centre.person(['supervisor'])).connect();
    const end = spoil('onTeam');
    expect(await boss.ask('subscribeTeam', { subscribe: true }, 'teams')).toMatchObject(refused);
    end();
    boss.frames.length = 0;
    expect(await boss.ask('subscribeTeam', { subscribe: true }, 'teams')).toMatchObject(done);
    await boss.next('onTeam');
  });
});
