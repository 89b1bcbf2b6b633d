/**
 * What a process leaves undone when it stops right after saving, a timer does. A process is stopped
 * here by holding back the post that it is about to send, because what follows a change comes after
 * what is said about it.
 */
import { describe, expect, it } from 'vitest';
import { editByHand } from '../support/by-hand.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { ring } from '../support/engines.ts';
import { holdPost } from '../support/held-post.ts';
import { agentOf, closings, conversationOf, logOf } from '../support/platform.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre();

async function agentFor(queue: string) {
  const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
  return { person, desk: await person.ready() };
}

describe('When a process stops right after saving', () => {
  it('a customer whom nobody answered still gets to the next agent', async () => {
    const queue = await centre.queue({ acceptSeconds: 1 });
    const { desk: amy } = await agentFor(queue);
    const { person, desk: bob } = await agentFor(queue);
    const stopped = holdPost(centre, 'revokeTask');
    const { conversationId } = await centre.customer(queue);
    await amy.next('taskRequest');
    await stopped.reached();
    expect(closings(await logOf(centre, conversationId))).toEqual(['RONA']); // saved, but nobody has looked for another agent
    expect((await bob.next('taskRequest')).data.conversationId).toBe(conversationId);
    stopped.release();
    await amy.next('revokeTask');
    const { tasks } = await conversationOf(centre, conversationId);
    expect(tasks).toMatchObject([{ assignedTo: { id: person.id } }]);
  });

  it('an agent who has become ready still gets the customer who waits', async () => {
    const queue = await centre.queue();
    const { conversationId } = await centre.customer(queue);
    const person = await centre.person(['agent'], { attributes: { [queue]: 1 } });
    const desk = await person.connect();
    const stopped = holdPost(centre, 'agentPresence_');
    desk.send('changeAgentState', { action: 'agentState', state: { name: 'READY' } });
    await stopped.reached();
    expect((await desk.next('taskRequest')).data.conversationId).toBe(conversationId);
    stopped.release();
  });

  it('a customer whose agent has logged out still goes back to the queue, first in line', async () => {
    const { desk: amy, person, queue, conversationId } = await talk(centre);
    const { desk: bob } = await agentFor(queue);
    const stopped = holdPost(centre, 'agentPresence_');
    amy.send('changeAgentState', { action: 'agentState', state: { name: 'LOGOUT' } });
    await stopped.reached();
    expect(await agentOf(centre, person.id)).toMatchObject({ state: { name: 'LOGOUT' }, tasks: [{ conversationId }] });
    expect((await bob.next('taskRequest')).data.conversationId).toBe(conversationId);
    stopped.release();
    const { tasks } = await conversationOf(centre, conversationId);
    expect(tasks).toMatchObject([{ activeMedia: [{ priority: 11 }] }]);
    expect(await agentOf(centre, person.id)).toMatchObject({ tasks: [] });
    expect(closings(await logOf(centre, conversationId))).toEqual(['AGENT_LOGOUT']);
  });

  it('a task that was taken from an agent, but not yet from the conversation, is released by its timer', async () => {
    const { desk: amy, person, queue, conversationId, topic } = await talk(centre);
    const taskId = topic.data.taskId.split(':')[0] ?? '';
    await editByHand(centre.stack, `AGENT#${person.id}`, 'STATE', ({ slots }) => {
      const own = slots as Record<string, object>;
      return { slots: { [taskId]: { ...own[taskId], evicted: { reason: 'REROUTE', checkAt: centre.now() + 2_000 } } } };
    });
    await ring(centre.stack, { kind: 'releaseTask', agentId: person.id, conversationId, taskId });
    expect((await amy.next('topicUnsubscription')).data).toMatchObject({ conversationId, reason: 'REROUTED' });
    expect(closings(await logOf(centre, conversationId))).toEqual(['REROUTE']);
    const { data } = await amy.next('taskRequest'); // who is free again may have them again
    expect(data).toMatchObject({ conversationId, queue: { id: queue } });
  });
});
