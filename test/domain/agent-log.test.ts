/**
 * What an agent's log holds: what no greeting could say again, numbered in the order in which it is
 * said, and only where something was decided.
 */
import { describe, expect, it } from 'vitest';
import type { Agent, AgentEvent } from '../../shared/domain/agent/agent.ts';
import { isNotice, numbered, orderNews } from '../../shared/domain/shown/log.ts';
import { revokeTask, topicClosed, topicUnsubscription } from '../../shared/domain/conversation/said.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import { emit, type Effect } from '../../shared/domain/effect.ts';
import { decided, emits, member } from '../support/decision.ts';
import { after, agent, NOW, rules, talk } from '../support/world.ts';

const { conversation } = talk({ amy: 'PRIMARY' });
const people = { amy: { ...agent('amy'), lastAgentSeq: 7 }, bob: agent('bob') };
const goodbye = (agentId: string) => topicUnsubscription(conversation, agentId, 'UNSUBSCRIBED');

describe('The log of an agent', () => {
  it('goes on where it was, with a number for each thing that is said to them', () => {
    const { agents, effects } = numbered(people, [
      goodbye('amy'),
      revokeTask('amy', 'c1', { id: 't1' }, 'RONA'),
      goodbye('bob'),
    ]);
    expect(effects.map((effect) => isNotice(effect) && effect.agentSeq)).toEqual([8, 9, 1]);
    expect(agents).toEqual({ amy: { ...people.amy, lastAgentSeq: 9 }, bob: { ...people.bob, lastAgentSeq: 1 } });
  });

  it.each<[string, Effect]>([
    ['an offer, which rings again', emit('amy', 'taskRequest', {} as never)],
    ['a wrap-up, which still runs', emit('amy', 'wrapupTimerStarted', {} as never)],
    ['that a conversation is closed, after the goodbye', topicClosed(conversation, 'amy')],
    ['an event of the conversation, which has its own log', { type: 'logged', seq: 1 }],
    ['a snapshot', { type: 'snapshot', agentId: 'amy', conversationId: 'c1' }],
  ])('does not hold %s', (_, effect) => {
    expect(numbered(people, [effect])).toEqual({ agents: people, effects: [effect] });
  });

  it('is never written for somebody who was not read: their numbers would have a gap', () => {
    expect(() => numbered({}, [goodbye('amy')])).toThrow('not loaded');
  });
});

describe('Who else sets an agent’s state', () => {
  const by = { id: 'sam', name: 'Sam' };
  const bob = agent('bob');
  const news = (event: AgentEvent, who = bob) => orderNews(who, after(who, event), event).map(({ data }) => data);
  const lunch = { id: 'lunch', name: 'Lunch' };
  const away: AgentEvent = { type: 'requestState', at: NOW, name: 'NOT_READY', reasonCode: lunch };
  const out: AgentEvent = { type: 'forcedOut', at: NOW, reasonCode: null };
  const ready = { name: 'READY', reasonCode: null };
  const outState = { name: 'LOGOUT', reasonCode: null };
  it.each<[string, AgentEvent, object]>([
    ['a state', { ...away, by }, { command: 'STATE', after: { name: 'NOT_READY', reasonCode: lunch } }],
    ['a logout', { ...out, by }, { command: 'LOGOUT', after: outState }],
    ['a logout for good', { ...out, revoke: true, by }, { command: 'LOGOUT', after: outState, revoked: true }],
  ])('is told to them, with how it was: %s', (_, event, what) =>
    expect(news(event)).toEqual([{ by, before: ready, at: NOW, ...what }]),
  );

  it.each<[string, AgentEvent, Agent]>([
    ['they do so themselves', away, bob],
    ['it is so already', { type: 'requestState', at: NOW, name: 'READY', reasonCode: null, by }, bob],
    ['they are logged out already', { ...out, by }, after(bob, out)],
  ])('is not told where %s', (_, event, who) => expect(news(event, who)).toEqual([]));
});

describe('A decision', () => {
  const leave: ConversationEvent = { type: 'leave', at: NOW, agentId: 'amy' };

  it('numbers the goodbye of an agent who leaves', () => {
    const decision = decided(talk({ amy: 'PRIMARY' }, { rules: rules({ wrapUpSeconds: null }) }), leave);
    expect(emits(decision).map(({ event, agentSeq }) => [event, agentSeq])).toEqual([['topicUnsubscription', 1]]);
    expect(member(decision.world.agents, 'amy').lastAgentSeq).toBe(1);
  });

  it('does not number the answer to somebody who is not there any more', () => {
    const world = talk({ bob: 'PRIMARY' });
    const decision = decided({ ...world, agents: { ...world.agents, amy: agent('amy') } }, leave);
    expect(emits(decision)).toMatchObject([{ event: 'topicUnsubscription', agentId: 'amy' }]);
    expect(emits(decision).map(({ agentSeq }) => agentSeq)).toEqual([undefined]);
    expect(decision.world.agents['amy']).toEqual(agent('amy'));
  });
});
