/**
 * Supervisors in a conversation: over whom, from which role to which, who watched whom, and when
 * they are sent away.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import { needs, type ConversationEvent } from '../../shared/domain/decide.ts';
import { onTopicData } from '../../shared/domain/shown/wire.ts';
import { accept, customerLeaves, leave, offer, offerExpired, publish } from '../support/events.ts';
import { dataOf, decided, member, names, pending, refusal, roles, said } from '../support/decision.ts';
import { asks, bargesIn, holds, LEAVING, toAgent, watches, whispers } from '../support/requests.ts';
import {
  after,
  agent,
  among,
  message,
  metaOf,
  NOW,
  ofTeam,
  rules,
  supervisingSoMany,
  talk,
  tooLate,
  user,
  type Part,
} from '../support/world.ts';

const sam = () => agent('sam');
const amys = (parts: Record<string, Part> = {}) => among(talk({ amy: 'PRIMARY', ...parts }), sam());

describe('A supervisor who watches', () => {
  it('is in the conversation as a silent monitor, and sees all of it first', () => {
    const decision = decided(amys(), watches('sam'));
    expect(roles(decision.world)).toEqual({ amy: 'PRIMARY', sam: 'SILENT_MONITOR' });
    expect(said(decision)).toEqual(['sam: snapshot']);
    expect(member(decision.world.conversation.participants, 'sam')).toMatchObject({ live: false, supervisor: true });
    const { data } = onTopicData(decision.world.conversation, metaOf(decision.world), 'sam', decision.events);
    expect(data.topicData.topicParticipant.role).toBe('SILENT_MONITOR');
  });

  it('takes no capacity: they stay as available as before', () => {
    const { world } = decided(amys(), watches('sam'));
    expect(Object.values(member(world.agents, 'sam').slots)).toEqual([
      { conversationId: 'c1', mrdId: null, phase: 'ACTIVE' },
    ]);
    expect(member(world.agents, 'sam').mrds).toEqual(sam().mrds);
  });

  it.each<[string, Part, ConversationEvent]>([
    ['watches', 'SILENT_MONITOR', watches('sam')],
    ['watches, though they whisper by now', 'WHISPER', watches('sam')],
    ['watches, though they have barged in', 'BARGED_IN', watches('sam')],
    ['whispers', 'WHISPER', whispers('sam')],
    ['barges in', 'BARGED_IN', bargesIn('sam')],
  ])('and asks so again is shown the conversation again, and nothing else changes: %s', (_, part, event) => {
    const world = amys({ sam: part });
    const decision = decided(world, event);
    expect(decision.world).toBe(world);
    expect(said(decision)).toEqual(['sam: snapshot']);
  });

  it('is not announced to anybody but in the log', () => {
    const decision = decided(amys(), watches('sam'));
    expect(names(decision)).toEqual(['AGENT_SUBSCRIBED']);
    expect(decision.world.conversation.state).toBe('ACTIVE');
  });

  it('may be one of several', () => {
    const world = among(amys(), agent('sue'));
    expect(roles(decided(world, watches('sam'), watches('sue')).world)).toEqual({
      amy: 'PRIMARY',
      sam: 'SILENT_MONITOR',
      sue: 'SILENT_MONITOR',
    });
  });

  it('may be one of ten, and no more', () => {
    const people = Array.from({ length: 11 }, (_, index) => `sue-${index}`);
    const world = among(amys(), ...people.map((id) => agent(id)));
    const [first, ...more] = people.slice(0, 10).map((id) => watches(id));
    if (!first) throw new Error('there is nobody');
    const followed = decided(world, first, ...more).world;
    expect(Object.keys(roles(followed))).toHaveLength(11);
    expect(refusal(followed, watches('sue-10')).code).toBe('conversation.full');
  });

  it.each<[string, World, ConversationEvent, string]>([
    ['of no team of the agent', amys(), watches('sam', ['red']), 'role.forbidden'],
    ['of no team at all', amys(), watches('sam', []), 'role.forbidden'],
    ['who answers the customer', amys({ sam: 'PRIMARY' }), watches('sam'), 'state.invalid'],
    ['who wraps it up', amys({ sam: 'WRAP_UP' }), watches('sam'), 'state.invalid'],
    ['when the agent is wrapping up', among(talk({ amy: 'WRAP_UP' }), sam()), watches('sam'), 'state.invalid'],
    ['when nobody is there', among(talk({}), sam()), watches('sam'), 'state.invalid'],
    [
      'when only another supervisor is there',
      among(talk({ sue: 'BARGED_IN' }), sam()),
      watches('sam'),
      'role.forbidden',
    ],
    [
      'who has logged out',
      among(amys(), after(sam(), { type: 'forcedOut', at: NOW, reasonCode: null })),
      watches('sam'),
      'state.invalid',
    ],
    ['whose token has expired', among(amys(), tooLate(sam())), watches('sam'), 'auth.expired'],
    [
      'who is in as many conversations as one can',
      among(amys(), supervisingSoMany(sam(), 250)),
      watches('sam'),
      'state.invalid',
    ],
  ])('is refused: %s', (_, world, event, code) => {
    expect(refusal(world, event).code).toBe(code);
  });

  it('may follow 250 conversations', () => {
    const { world } = decided(among(amys(), supervisingSoMany(sam(), 249)), watches('sam'));
    expect(roles(world)).toMatchObject({ sam: 'SILENT_MONITOR' });
  });

  it('is shown again, over a token that has expired, what they watch', () => {
    const world = amys({ sam: 'SILENT_MONITOR' });
    const decision = decided(among(world, tooLate(member(world.agents, 'sam'))), watches('sam'));
    expect(said(decision)).toEqual(['sam: snapshot']);
  });

  it('is refused while the conversation rings at their own desk', () => {
    const { world } = decided(amys(), asks('amy', 'CONSULT', toAgent('sam')));
    expect(refusal(world, watches('sam')).code).toBe('state.invalid');
    const { world: over } = decided(world, offerExpired(pending(world).id, 'sam', NOW + 30_000));
    expect(roles(decided(over, watches('sam')).world)).toMatchObject({ sam: 'SILENT_MONITOR' });
  });

  it('is not asked to join as a colleague', () => {
    const world = amys({ sam: 'SILENT_MONITOR' });
    expect(refusal(world, asks('amy', 'CONSULT', toAgent('sam'))).code).toBe('agent.notRoutable');
    const { world: asked } = decided(world, asks('amy', 'CONSULT'));
    expect(decided(asked, offer(pending(asked).id, 'sam')).world).toBe(asked);
  });
});

describe('The team', () => {
  const red = () => ofTeam(amys({ bob: 'PRIMARY' }), 'bob', 'red');

  it.each(['blue', 'red'])('of one of the agents is enough: %s', (team) => {
    expect(roles(decided(red(), watches('sam', [team])).world)).toMatchObject({ sam: 'SILENT_MONITOR' });
  });

  it('of somebody who only advises is not', () => {
    const world = ofTeam(amys({ bob: 'ASSISTANT' }), 'bob', 'red');
    expect(refusal(world, watches('sam', ['red'])).code).toBe('role.forbidden');
  });

  it.each([
    ['whispering', whispers('sam', ['red'])],
    ['barging in', bargesIn('sam', ['red'])],
  ])('is checked again before %s', (_, event) => {
    expect(refusal(amys({ sam: 'SILENT_MONITOR' }), event).code).toBe('role.forbidden');
  });

  it('is the one that the agent had when they joined', () => {
    const person = { ...agent('amy'), user: { ...user('amy'), team: { teamId: 'red', teamName: 'Red' } } };
    const world = decided(
      among(talk({ bob: 'PRIMARY' }), person, sam()),
      asks('bob', 'DIRECT_CONFERENCE', toAgent('amy')),
    );
    const { world: joined } = decided(world.world, accept(pending(world.world).id, 'amy'));
    expect(roles(decided(joined, watches('sam', ['red'])).world)).toMatchObject({ sam: 'SILENT_MONITOR' });
  });
});

describe('From watching to the customer', () => {
  const steps: [string, Part, ConversationEvent, string][] = [
    ['a silent monitor whispers', 'SILENT_MONITOR', whispers('sam'), 'ASSISTANT'],
    ['a silent monitor barges in', 'SILENT_MONITOR', bargesIn('sam'), 'PRIMARY'],
    ['a whisperer barges in', 'WHISPER', bargesIn('sam'), 'PRIMARY'],
  ];

  it.each(steps)('%s', (_, part, event, role) => {
    const decision = decided(amys({ sam: part }), event);
    expect(names(decision)).toEqual(['PARTICIPANT_ROLE_CHANGED']);
    expect(dataOf(decision, 'PARTICIPANT_ROLE_CHANGED')).toMatchObject({
      conversationParticipant: { role, participant: { id: 'sam' } },
    });
    expect(roles(decision.world)).toEqual({ amy: 'PRIMARY', sam: role });
    expect(member(decision.world.conversation.participants, 'sam').supervisor).toBe(true);
  });

  it.each<[string, Part, ConversationEvent, string]>([
    ['whisper after they have barged in', 'BARGED_IN', whispers('sam'), 'state.invalid'],
    ['whisper as a consulted colleague', 'ASSISTANT', whispers('sam'), 'role.forbidden'],
    ['barge in as a consulted colleague', 'ASSISTANT', bargesIn('sam'), 'role.forbidden'],
    ['whisper as an agent', 'PRIMARY', whispers('sam'), 'role.forbidden'],
    ['barge in as an agent', 'PRIMARY', bargesIn('sam'), 'role.forbidden'],
    ['whisper in wrap-up', 'WRAP_UP', whispers('sam'), 'role.forbidden'],
    ['barge in in wrap-up', 'WRAP_UP', bargesIn('sam'), 'role.forbidden'],
  ])('nobody may %s', (_, part, event, code) => {
    expect(refusal(amys({ sam: part }), event).code).toBe(code);
  });

  it('nobody barges in whose token has expired, for they get no new customers', () => {
    const world = amys({ sam: 'WHISPER' });
    const late = among(world, tooLate(member(world.agents, 'sam')));
    expect(refusal(late, bargesIn('sam')).code).toBe('auth.expired');
  });

  it.each([whispers('sam'), bargesIn('sam')])('nobody steps who has not watched: $type', (event) => {
    expect(refusal(amys(), event).code).toBe('conversation.notParticipant');
  });

  it.each<[Part, string, string]>([
    ['SILENT_MONITOR', 'message.forbidden', 'yes'],
    ['WHISPER', 'message.forbidden', 'yes'],
    ['BARGED_IN', 'yes', 'yes'],
  ])('a supervisor as %s writes to the customer: %s, to the agents: %s', (part, customer, agents) => {
    const attempt = (name: string) => {
      try {
        return names(decided(amys({ sam: part }), publish('sam', message(name)))).join() === name ? 'yes' : 'lost';
      } catch {
        return refusal(amys({ sam: part }), publish('sam', message(name))).code;
      }
    };
    expect([attempt('AGENT_MESSAGE'), attempt('WHISPER_MESSAGE')]).toEqual([customer, agents]);
  });
});

describe('Who watched whom', () => {
  const amyAndBob = [
    { id: 'amy', username: 'amy' },
    { id: 'bob', username: 'bob' },
  ];

  it('is in the log when the supervisor comes and when they go', () => {
    const came = decided(amys({ bob: 'PRIMARY', carol: 'ASSISTANT', dan: 'WRAP_UP' }), watches('sam'));
    const participant = { role: 'SILENT_MONITOR', participant: { id: 'sam' } };
    expect(dataOf(came, 'AGENT_SUBSCRIBED')).toMatchObject({
      reason: 'SILENT_MONITOR',
      agentParticipant: participant,
      watching: amyAndBob,
    });
    const went = decided(came.world, leave('sam'));
    expect(dataOf(went, 'AGENT_UNSUBSCRIBED')).toMatchObject({
      reason: 'UNSUBSCRIBED',
      agentParticipant: participant,
      watching: amyAndBob,
    });
  });

  it('is in the log also of those whom the last agent takes with them', () => {
    const decision = decided(amys({ sam: 'SILENT_MONITOR' }), leave('amy'));
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({
      reason: 'PRIMARY_AGENT_LEFT',
      watching: [{ id: 'amy', username: 'amy' }],
    });
  });

  it('names no other supervisor, and nobody for an agent', () => {
    const came = decided(amys({ sue: 'BARGED_IN' }), watches('sam'));
    expect(dataOf(came, 'AGENT_SUBSCRIBED')).toMatchObject({ watching: [{ id: 'amy' }] });
    expect(dataOf(decided(amys({ bob: 'ASSISTANT' }), leave('bob')), 'AGENT_UNSUBSCRIBED')).not.toHaveProperty(
      'watching',
    );
  });
});

describe('A supervisor', () => {
  const supervisors: Part[] = ['SILENT_MONITOR', 'WHISPER'];
  const gone = ['sam: topicUnsubscription PRIMARY AGENT LEFT'];

  it.each([...supervisors, 'BARGED_IN' as const])('may leave at any time, without a wrap-up: %s', (part) => {
    const decision = decided(amys({ sam: part }), leave('sam'));
    expect(roles(decision.world)).toEqual({ amy: 'PRIMARY' });
    expect(said(decision)).toEqual(['sam: topicUnsubscription UNSUBSCRIBED']);
    expect(member(decision.world.agents, 'sam').slots).toEqual({});
  });

  it.each(supervisors)('is sent away when the last agent leaves: %s', (part) => {
    const decision = decided(amys({ sam: part }), leave('amy'));
    expect(roles(decision.world)).toEqual({ amy: 'WRAP_UP' });
    expect(said(decision).filter((line) => line.startsWith('sam'))).toEqual(gone);
    expect(member(decision.world.agents, 'sam').slots).toEqual({});
  });

  it.each(supervisors)('stays while another agent is there: %s', (part) => {
    const { world } = decided(amys({ bob: 'PRIMARY', sam: part }), leave('amy'));
    expect(roles(world)).toEqual({ amy: 'WRAP_UP', bob: 'PRIMARY', sam: part === 'WHISPER' ? 'ASSISTANT' : part });
  });

  it.each(supervisors.flatMap((part) => LEAVING.map((direction) => [part, direction] as const)))(
    'as %s follows a customer who waits for the next agent: %s',
    (part, direction) => {
      const { world } = decided(amys({ sam: part }), asks('amy', direction));
      expect(roles(world)).toMatchObject({ sam: part === 'WHISPER' ? 'ASSISTANT' : part });
    },
  );

  it.each(LEAVING)('stays when the agent hands over beside a colleague: %s', (direction) => {
    const { world } = decided(amys({ bob: 'PRIMARY', sam: 'SILENT_MONITOR' }), asks('amy', direction));
    expect(roles(world)).toMatchObject({ bob: 'PRIMARY', sam: 'SILENT_MONITOR' });
  });

  it('who barged in keeps the customer when the agent leaves, and those who watch', () => {
    const { world } = decided(amys({ sam: 'BARGED_IN', sue: 'SILENT_MONITOR' }), leave('amy'));
    expect(roles(world)).toEqual({ amy: 'WRAP_UP', sam: 'PRIMARY', sue: 'SILENT_MONITOR' });
    expect(world.conversation.state).toBe('ACTIVE');
  });

  it.each([...supervisors, 'BARGED_IN' as const])('goes with the customer, without a wrap-up: %s', (part) => {
    const decision = decided(amys({ sam: part }), customerLeaves());
    expect(roles(decision.world)).toEqual({ amy: 'WRAP_UP' });
    expect(said(decision)).toContain('sam: topicUnsubscription CUSTOMER LEFT');
    expect(dataOf(decision, 'AGENT_UNSUBSCRIBED')).toMatchObject({ watching: [{ id: 'amy' }] });
  });

  it('who barged in may hold the conversation for the customer', () => {
    expect(decided(amys({ sam: 'BARGED_IN' }), holds('sam')).world.conversation.state).toBe('ON_HOLD');
  });

  it('who barged in may end it like any agent: nobody is called after them', () => {
    const { world } = decided(talk({ sam: 'BARGED_IN' }), leave('sam'));
    expect(world.conversation).toMatchObject({ state: 'INACTIVE', participants: {}, tasks: {} });
  });
});

it('A request that goes elsewhere is decided with those who watch: it may be the last that was looked for', () => {
  const home = { rules: rules(), mrdId: 'CHAT' };
  expect(needs({ type: 'overflow', at: NOW, taskId: 't', home, priority: 1 }).involved).toBe(true);
});
