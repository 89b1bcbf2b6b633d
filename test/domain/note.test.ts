/**
 * What an agent writes for whoever comes stands in the conversation as a whisper, whatever becomes
 * of the card.
 */
import { describe, expect, it } from 'vitest';
import type { World } from '../../shared/domain/conversation/conversation.ts';
import type { Target } from '../../shared/domain/handling/assistance.ts';
import { dataOf, decided, member, names } from '../support/decision.ts';
import { home, toList } from '../support/pull-list.ts';
import { ASKABLE, asks, toAgent, toQueue } from '../support/requests.ts';
import { agent, among, talk } from '../support/world.ts';

/** Amy talks with the customer, under a name that is not her id. */
function amys(): World {
  const world = among(talk({ amy: 'PRIMARY', carol: 'ASSISTANT' }), agent('bob'));
  const { participants } = world.conversation;
  const amy = { ...member(participants, 'amy'), username: 'amy.adams' };
  return { ...world, conversation: { ...world.conversation, participants: { ...participants, amy } } };
}
const whisper = {
  header: { sender: { id: 'amy', type: 'AGENT', senderName: 'amy.adams' } },
  body: { type: 'PLAIN', markdownText: 'VIP' },
};

const targets: [string, Target][] = [
  ['of a queue', toQueue()],
  ['of a colleague', toAgent('bob')],
];
const advising: [string, Target] = ['of somebody who advises already', toAgent('carol')];

describe.each(ASKABLE)('The note of a %s', (direction) => {
  const follows = direction === 'CONSULT_TRANSFER' || direction === 'CONSULT_CONFERENCE';

  it.each([...targets, ...(follows ? [advising] : [])])('%s is a whisper of whoever asks', (_, target) => {
    expect(dataOf(decided(amys(), asks('amy', direction, target, 'VIP')), 'WHISPER_MESSAGE')).toMatchObject(whisper);
  });

  it.each([null, ''])('is none where nothing was written (%j)', (note) => {
    expect(names(decided(amys(), asks('amy', direction, toQueue(), note)))).not.toContain('WHISPER_MESSAGE');
  });
});

it('The note of a transfer to a list is there for whoever picks the customer', () => {
  const event = { ...toList('amy', home()), note: 'VIP' };
  expect(dataOf(decided(amys(), event), 'WHISPER_MESSAGE')).toMatchObject(whisper);
});
