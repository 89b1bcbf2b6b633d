/** Who may pick a conversation from a pull list, what they have then, and who may close it. */
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../shared/domain/agent/agent.ts';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { listed } from '../../shared/domain/handling/pull-list.ts';
import { managerEvents } from '../../shared/protocol/manager-events.ts';
import { decided, dataOf, member, names, onlyTask, pending, refusal, roles, said } from '../support/decision.ts';
import { customerLeaves, leave } from '../support/events.ts';
import { closes, home, intoQueue, picks, waiting, watching, usual } from '../support/pull-list.ts';
import { asks, bargesIn, toAgent, toQueue, watches } from '../support/requests.ts';
import { after, agent, among, BEFORE, NOW, supervisingSoMany, tooLate } from '../support/world.ts';

describe('An agent who picks a request', () => {
  it('has it at once, without ringing, as a task of the mode AGENT', () => {
    const decision = decided(waiting(), picks('amy'));
    expect(roles(decision.world)).toEqual({ amy: 'PRIMARY' });
    expect(onlyTask(decision.world.conversation)).toMatchObject({
      phase: 'ACTIVE',
      direction: 'INBOUND',
      mode: 'AGENT',
      answeredAt: NOW,
    });
    expect(names(decision)).toEqual(['TASK_STATE_CHANGED', 'AGENT_SUBSCRIBED']);
    expect(dataOf(decision, 'TASK_STATE_CHANGED')).toMatchObject({
      task: { activeMedia: [{ state: 'ACTIVE', queue: null, type: { direction: 'INBOUND', mode: 'AGENT' } }] },
    });
    expect(said(decision)).toEqual(['amy: snapshot']);
  });

  it.each<[string, Parameters<typeof agent>[1], string]>([
    ['not ready', { CHAT: { state: 'NOT_READY' } }, 'NOT_READY'],
    ['ready', { CHAT: { state: 'READY' } }, 'ACTIVE'],
    ['on the way to not ready', { CHAT: { state: 'PENDING_NOT_READY', tasks: ['ACTIVE'] } }, 'PENDING_NOT_READY'],
    ['busy with as many as they may have', { CHAT: { state: 'BUSY', max: 1, tasks: ['ACTIVE'] } }, 'BUSY'],
    ['one below their limit', { CHAT: { state: 'ACTIVE', max: 2, tasks: ['ACTIVE'] } }, 'BUSY'],
  ])('may be %s, and it counts among their tasks', (_, mrds, state) => {
    const amy = watching('amy', mrds);
    const { world } = decided(waiting(home(), [amy]), picks('amy'));
    const now = member(world.agents, 'amy');
    expect(Object.keys(now.slots)).toHaveLength(Object.keys(amy.slots).length + 1);
    expect(now.mrds['CHAT']?.state).toBe(state);
  });

  it('joins those who are there, up to four', () => {
    const { world } = decided(waiting(), picks('amy'), picks('bob'), picks('carol'), picks('dan'));
    expect(Object.keys(roles(world))).toEqual(['amy', 'bob', 'carol', 'dan']);
    expect(refusal(world, picks('eve')).code).toBe('conversation.full');
  });

  it('gets the conversation again where they picked it already, and nothing changes', () => {
    const { world } = decided(waiting(), picks('amy'));
    const again = decided(world, picks('amy'));
    expect(again.world).toBe(world);
    expect(said(again)).toEqual(['amy: snapshot']);
  });

  const outside = (world: World, ...people: Agent[]) => among(world, ...people);
  it.each<[string, string, World]>([
    ['pull.notSubscribed', 'they do not watch the list', outside(waiting(home(), []), agent('amy'))],
    ['mrd.unknown', 'they have no such MRD', waiting(home(), [watching('amy', { VOICE: {} })])],
    ['mrd.unknown', 'they take no tasks on it', waiting(home(), [watching('amy', { CHAT: { max: 0 } })])],
    [
      'state.invalid',
      'they have logged out',
      waiting(home(), [after(watching('amy'), { type: 'requestState', at: NOW, name: 'LOGOUT', reasonCode: null })]),
    ],
    ['pull.closed', 'the customer has gone', decided(waiting(), customerLeaves()).world],
    ['pull.closed', 'it was closed', decided(waiting(), closes('eve')).world],
    ['pull.closed', 'a queue looks for somebody', decided(waiting(), intoQueue()).world],
    [
      'pull.alreadyClaimed',
      'the list is exclusive and another has it',
      decided(waiting(home({ exclusive: true })), picks('bob')).world,
    ],
    [
      'state.invalid',
      'it is offered to them',
      decided(
        waiting(home(), [after(agent('amy'), { type: 'watchList', at: BEFORE, listId: 'backlog' }), watching('bob')]),
        picks('bob'),
        asks('bob', 'DIRECT_CONFERENCE', toAgent('amy')),
      ).world,
    ],
    ['auth.expired', 'their token has expired', waiting(home(), [tooLate(watching('amy'))])],
    [
      'state.invalid',
      'they are in as many conversations as one can',
      waiting(home(), [supervisingSoMany(watching('amy'), 250)]),
    ],
  ])('is refused with %s where %s', (code, _, world) => expect(refusal(world, picks('amy')).code).toBe(code));

  it.each([
    ['pull.closed', decided(waiting(), closes('eve')).world, 'CLOSING'],
    ['pull.alreadyClaimed', decided(waiting(home({ exclusive: true })), picks('bob')).world, 'ACTIVE'],
  ])('is told how it is when they are refused with %s', (code, world, status) => {
    const { emits: told, code: got } = refusal(world, picks('amy'));
    expect(got).toBe(code);
    expect(told.map(({ agentId, event }) => `${agentId} ${event}`)).toEqual(['amy onPullModeSubscribedListRequest']);
    const { pullModeEvent } = managerEvents.onPullModeSubscribedListRequest.parse(told[0]?.data);
    expect(JSON.parse(pullModeEvent)).toMatchObject({ id: 'c1', status });
  });

  it('may pick from an exclusive list what another has left', () => {
    const { world } = decided(waiting(home({ exclusive: true })), picks('bob'), leave('bob'), picks('amy'));
    expect(roles(world)).toEqual({ amy: 'PRIMARY' });
  });

  it('may ask for a colleague, by name and by queue', () => {
    const { world } = decided(waiting(home(), [watching('amy'), agent('bob')]), picks('amy'));
    expect(pending(decided(world, asks('amy', 'CONSULT', toAgent('bob'))).world)).toMatchObject({
      direction: 'CONSULT',
    });
    expect(pending(decided(world, asks('amy', 'DIRECT_CONFERENCE', toQueue())).world)).toMatchObject({ mode: 'QUEUE' });
  });

  it('who is logged out leaves the customer on the list', () => {
    const { world } = decided(waiting(), picks('amy'));
    const amy = after(member(world.agents, 'amy'), { type: 'forcedOut', at: NOW, reasonCode: null });
    const [taskId = ''] = Object.keys(amy.slots);
    const { world: left } = decided(among(world, amy), { type: 'release', at: NOW, agentId: 'amy', taskId });
    expect(listed(left.conversation)).toMatchObject({ status: 'INACTIVE' });
    expect(left.conversation.tasks).toEqual({});
    expect(member(left.agents, 'amy').slots).toEqual({});
  });

  it('may be watched by a supervisor, who leaves with them', () => {
    const sam = { ...agent('sam'), user: { ...agent('sam').user, roles: ['supervisor'] } };
    const { world } = decided(waiting(home(), [watching('amy'), sam]), picks('amy'), watches('sam'));
    expect(roles(decided(world, leave('amy')).world)).toEqual({});
    expect(roles(decided(world, bargesIn('sam'), leave('amy')).world)).toEqual({ sam: 'PRIMARY' });
  });
});

describe('Who manages the list and closes a request', () => {
  it('ends the chat for all, without a wrap-up', () => {
    const place = home({ wrapUp: usual });
    const { world } = decided(waiting(place), picks('amy'), picks('bob'), leave('bob'));
    const decision = decided(world, closes('eve'));
    expect(decision.world.conversation).toMatchObject({ state: 'CLOSED', tasks: {}, participants: {}, sessions: {} });
    expect(dataOf(decision, 'CHANNEL_SESSION_ENDED')).toMatchObject({ state: { reasonCode: 'AGENT' } });
    expect(said(decision)).toEqual([
      'amy: topicUnsubscription CONVERSATION CLOSED',
      'bob: topicUnsubscription CONVERSATION CLOSED',
      'amy: topicClosed',
      'bob: topicClosed',
    ]);
    for (const id of ['amy', 'bob']) expect(member(decision.world.agents, id).slots).toEqual({});
  });

  it.each<[string, World]>([
    ['was closed before', decided(waiting(), closes('eve')).world],
    ['was left by the customer', decided(waiting(), customerLeaves()).world],
    ['is on no list', decided(waiting(), intoQueue()).world],
  ])('is refused for one that %s', (_, world) => expect(refusal(world, closes('amy')).code).toBe('pull.closed'));

  it('takes back what was asked of colleagues', () => {
    const { world } = decided(
      waiting(home(), [watching('amy'), agent('bob')]),
      picks('amy'),
      asks('amy', 'CONSULT', toAgent('bob')),
    );
    const decision = decided(world, closes('amy'));
    expect(said(decision)).toContain('bob: revokeTask CANCELLED');
    expect(member(decision.world.agents, 'bob').slots).toEqual({});
  });
});
