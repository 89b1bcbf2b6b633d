/**
 * What a conversation looks like, event by event: lines, marks, requests, holds. Plain data, no
 * browser.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Transcript } from '../../desk/state/transcript.ts';
import { lifeFrom } from '../../desk/customer/life.ts';
import { randomFrom } from '../../desk/customer/random.ts';
import type { ConversationEvent } from '../../shared/client/client.ts';
import { CIM_EVENT_NAMES } from '../../shared/protocol/shapes/cim.ts';

let last = 0;
function event(name: ConversationEvent['name'], data: Record<string, unknown>): ConversationEvent {
  last += 1;
  return { id: `e-${last}`, name, type: 'MESSAGE', timestamp: 1_790_000_000_000 + last, data };
}
const amy = { id: 'amy', type: 'AGENT', senderName: 'amy' };
const bob = { id: 'bob', type: 'AGENT', senderName: 'bob' };
const web = { id: 'web', type: 'CONNECTOR', senderName: 'WEB' };
const said = (name: ConversationEvent['name'], id: string, sender: object, markdownText: string, more = {}) =>
  event(name, {
    id,
    header: { sender, customer: { _id: 'c', firstName: 'Robin' }, ...more },
    body: { type: 'PLAIN', markdownText },
  });
const receipt = (messageId: string, status: string, sender: object = web) =>
  event('MESSAGE_DELIVERY_NOTIFICATION', {
    id: `r-${messageId}-${status}`,
    header: { sender },
    body: { type: 'DELIVERYNOTIFICATION', messageId, status },
  });
const participant = (id: string, firstName: string, role = 'PRIMARY') => ({
  id: `p-${id}`,
  type: 'AGENT',
  role,
  participant: { id, participantType: 'CCUser', keycloakUser: { id, username: id, firstName, lastName: 'Brown' } },
});
const task = (id: string, state: string, direction: string, name = 'ACTIVE') => ({
  task: {
    id,
    conversationId: 'c-1',
    state: { name },
    assignedTo: { id: 'bob', name: 'bob' },
    activeMedia: [
      {
        id: `${id}-m`,
        taskId: id,
        mrdId: 'CHAT',
        queue: { id: 'sales', name: 'sales' },
        type: { direction, mode: 'QUEUE', metadata: { requestedBy: 'amy' } },
        state,
      },
    ],
  },
});

function seenByAmy(...events: ConversationEvent[]): Transcript {
  const transcript = new Transcript('amy');
  for (const each of events) transcript.add(each, 1_000);
  return transcript;
}
const shown = ({ lines }: Transcript) =>
  lines.map(({ kind, own, who, body, mark }) => [kind, own ? 'own' : who, body.markdownText, ...(mark ? [mark] : [])]);

it.each([
  ['TAKE_OVER', 'sam took the conversation over as a supervisor.'],
  ['ASSIGN', 'sam gave the customer to somebody else as a supervisor.'],
  ['QUEUE', 'sam sent the customer to sales as a supervisor.'],
  ['CLOSE', 'sam closed the conversation as a supervisor.'],
])('What a supervisor ordered is a note of the transcript: %s', (command, text) => {
  const transcript = new Transcript('amy');
  const by = { id: 'sam', name: 'sam' };
  transcript.add(event('SUPERVISOR_ACTION', { by, command, before: {}, after: { queue: 'sales', list: null } }), 0);
  expect(transcript.lines.map(({ kind, body }) => [kind, body])).toEqual([
    ['note', { type: 'PLAIN', markdownText: text }],
  ]);
});

describe('The lines of a conversation', () => {
  it('say who said what, and to whom', () => {
    expect(
      shown(
        seenByAmy(
          said('CUSTOMER_MESSAGE', 'm1', web, 'Hello?'),
          said('AGENT_MESSAGE', 'm2', amy, 'Good morning!'),
          said('WHISPER_MESSAGE', 'm3', bob, 'Ask for the number.'),
          said('BOT_MESSAGE', 'm4', { id: 'bot', type: 'BOT', senderName: 'Helper' }, 'One moment.'),
        ),
      ),
    ).toEqual([
      ['customer', 'Robin', 'Hello?'],
      ['agent', 'own', 'Good morning!'],
      ['whisper', 'bob', 'Ask for the number.'],
      ['bot', 'Helper', 'One moment.'],
    ]);
  });

  it('call a colleague by their name once they have come', () => {
    const came = event('AGENT_SUBSCRIBED', { agentParticipant: participant('bob', 'Bob'), reason: 'JOINED' });
    expect(shown(seenByAmy(came, said('AGENT_MESSAGE', 'm1', bob, 'Hi')))).toEqual([
      ['note', '', 'Bob Brown joined.'],
      ['agent', 'Bob Brown', 'Hi'],
    ]);
  });

  it('show a message once, however often it is told', () => {
    const once = said('CUSTOMER_MESSAGE', 'm1', web, 'Hello?');
    expect(shown(seenByAmy(once, once, said('AGENT_MESSAGE', 'm2', amy, 'Hi'), once))).toHaveLength(2);
  });

  it('show what a message says after it was edited, and that it was deleted', () => {
    const { lines } = seenByAmy(
      said('CUSTOMER_MESSAGE', 'm1', web, 'Helo?'),
      said('CUSTOMER_MESSAGE', 'm2', web, 'Hello?', { intent: 'UPDATE', originalMessageId: 'm1' }),
      said('CUSTOMER_MESSAGE', 'm3', web, 'Oops'),
      event('CUSTOMER_MESSAGE', {
        id: 'm4',
        header: { sender: web },
        body: { type: 'DELETEDNOTIFICATION', messageId: 'm3' },
      }),
    );
    expect(lines).toMatchObject([
      { id: 'm1', body: { markdownText: 'Hello?' }, edited: true },
      { id: 'm3', deleted: true },
    ]);
  });

  it('ignore an edit or a deletion by anybody else', () => {
    const deletes = (name: ConversationEvent['name'], sender: object, messageId: string) =>
      event(name, { id: `d-${messageId}`, header: { sender }, body: { type: 'DELETEDNOTIFICATION', messageId } });
    const { lines } = seenByAmy(
      said('CUSTOMER_MESSAGE', 'm1', web, 'Ten'),
      said('AGENT_MESSAGE', 'm2', bob, 'Twenty'),
      said('WHISPER_MESSAGE', 'm3', bob, 'Thirty'),
      said('AGENT_MESSAGE', 'm4', amy, 'One', { intent: 'UPDATE', originalMessageId: 'm1' }),
      said('AGENT_MESSAGE', 'm5', amy, 'Two', { intent: 'UPDATE', originalMessageId: 'm2' }),
      said('CUSTOMER_MESSAGE', 'm6', web, 'Free', { intent: 'UPDATE', originalMessageId: 'm2' }),
      deletes('AGENT_MESSAGE', amy, 'm1'),
      deletes('AGENT_MESSAGE', bob, 'm3'),
      deletes('WHISPER_MESSAGE', bob, 'm2'),
    );
    expect(lines.map(({ id, body, edited, deleted }) => [id, body.markdownText, edited, deleted])).toEqual([
      ['m1', 'Ten', undefined, undefined],
      ['m2', 'Twenty', undefined, undefined],
      ['m3', 'Thirty', undefined, undefined],
    ]);
  });

  it('do not show agents that a supervisor watches', () => {
    const came = event('AGENT_SUBSCRIBED', { agentParticipant: participant('sam', 'Sam'), reason: 'SILENT_MONITOR', watching: [{ id: 'sam', username: 'sam' }] }); // prettier-ignore
    expect(shown(seenByAmy(came))).toEqual([]);
  });
});

describe('The marks of what an agent has said', () => {
  const one = said('AGENT_MESSAGE', 'm1', amy, 'One');
  const two = said('AGENT_MESSAGE', 'm2', amy, 'Two');
  const marks = (...events: ConversationEvent[]) => seenByAmy(one, two, ...events).lines.map(({ mark }) => mark ?? '-');

  it.each([
    ['nothing at first', [], ['-', '-']],
    ['delivered', [receipt('m2', 'DELIVERED')], ['-', 'DELIVERED']],
    ['read, and with it what was said before', [receipt('m2', 'READ')], ['READ', 'READ']],
    ['failed, which stays so', [receipt('m1', 'FAILED'), receipt('m2', 'READ')], ['FAILED', 'READ']],
    ['read, also when a delivery is told late', [receipt('m1', 'READ'), receipt('m1', 'DELIVERED')], ['READ', '-']],
    ['nothing of what colleagues have read', [receipt('m2', 'READ', amy)], ['-', '-']],
  ])('are %s', (_, events, expected) => {
    expect(marks(...events)).toEqual(expected);
  });

  it('are kept for a message that comes after its receipt', () => {
    expect(seenByAmy(receipt('m9', 'DELIVERED'), said('AGENT_MESSAGE', 'm9', amy, 'Late')).lines[0]?.mark).toBe(
      'DELIVERED',
    );
  });

  it('are not moved by what an agent has read of the customer', () => {
    const transcript = seenByAmy(one, said('CUSTOMER_MESSAGE', 'm3', web, 'Hm'), receipt('m3', 'READ', bob));
    expect(transcript.lines.map(({ mark }) => mark)).toEqual([undefined, undefined]);
  });
});

describe('The facts of a conversation', () => {
  it.each([
    ['waits', [['QUEUED', 'ACTIVE']], { direction: 'CONSULT', of: 'sales', requestedBy: 'amy', rings: false }],
    [
      'rings',
      [
        ['QUEUED', 'ACTIVE'],
        ['RESERVED', 'ACTIVE'],
      ],
      { rings: true },
    ],
    [
      'waits again when nobody answers',
      [
        ['RESERVED', 'ACTIVE'],
        ['QUEUED', 'ACTIVE'],
      ],
      { rings: false },
    ],
    [
      'is over when somebody accepts',
      [
        ['RESERVED', 'ACTIVE'],
        ['ACTIVE', 'ACTIVE'],
      ],
      null,
    ],
    [
      'is over when it was taken back',
      [
        ['QUEUED', 'ACTIVE'],
        ['CLOSED', 'CLOSED'],
      ],
      null,
    ],
  ])('a request for a colleague %s', (_, states, expected) => {
    const events = states.map(([state = '', name]) => event('TASK_STATE_CHANGED', task('t-2', state, 'CONSULT', name)));
    const { request } = seenByAmy(...events);
    if (expected) expect(request).toMatchObject(expected);
    else expect(request).toBeNull();
  });

  it('a customer who comes is no request for a colleague', () => {
    expect(seenByAmy(event('TASK_STATE_CHANGED', task('t-1', 'QUEUED', 'INBOUND'))).request).toBeNull();
  });

  it('a hold ends when its time is over or somebody ends it', () => {
    const paused = event('CONVERSATION_PAUSED', {
      holdTimerDetails: { totalDuration: 120, startTime: 5_000 },
      participant: null,
    });
    expect(seenByAmy(paused).hold).toEqual({ endsAt: 125_000, parked: false });
    expect(seenByAmy(paused, event('CONVERSATION_RESUMED', { participant: null })).hold).toBeNull();
  });

  it('somebody who writes has written once their message is there', () => {
    const types = event('TYPING_INDICATOR', { id: 'x', header: { sender: web, customer: { firstName: 'Robin' } }, body: { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED' } }); // prettier-ignore
    expect(seenByAmy(types).typing).toEqual([{ who: 'Robin', until: 6_000 }]);
    expect(seenByAmy(types, said('CUSTOMER_MESSAGE', 'm1', web, 'Hello')).typing).toEqual([]);
  });
});

describe('A conversation of which anything may be wrong', () => {
  const value = fc.jsonValue({ maxDepth: 2 });
  const members = fc.constantFrom('header', 'body', 'sender', 'task', 'queue', 'customer', 'suggestions', 'toString', 'firstName', 'channel', 'agentParticipant', 'activeMedia', 'messageId', 'requestType'); // prettier-ignore
  const data = fc.dictionary(members, fc.oneof(value, fc.dictionary(members, value)));

  it('is read to its end', () => {
    const told = fc.array(fc.tuple(fc.constantFrom(...CIM_EVENT_NAMES), data));
    const property = fc.property(told, (events) => {
      const anything = events.map(([name, given]) => event(name, given));
      const { lines } = seenByAmy(...anything, said('CUSTOMER_MESSAGE', 'last', web, 'Are you there?'));
      expect(lines.at(-1)?.body.markdownText).toBe('Are you there?');
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('says in place of what it cannot read that there was something', () => {
    expect(shown(seenByAmy(event('BOT_SUGGESTION', { suggestions: 'none' })))).toEqual([
      ['note', '', 'Something was said or done that this desk cannot show.'],
    ]);
  });
});

describe('Traffic', () => {
  const places = { queues: ['support', 'sales'], channels: ['WEB', 'SMS'] };
  const crowd = (seed: number) => {
    const random = randomFrom(seed);
    return Array.from({ length: 50 }, () => lifeFrom(random, places));
  };

  it('is the same for the same seed, and another for another', () => {
    expect(crowd(7)).toEqual(crowd(7));
    expect(crowd(7)).not.toEqual(crowd(8));
  });

  it('goes to every queue by every channel, and says something of most kinds', () => {
    const lives = crowd(1);
    expect(new Set(lives.map(({ arrival }) => `${JSON.stringify(arrival.to)} ${arrival.channel}`)).size).toBe(4);
    const samples = new Set(
      lives.flatMap(({ words }) => words.flatMap((each) => ('sample' in each ? [each.sample] : []))),
    );
    expect(samples.size).toBeGreaterThan(8);
  });
});
