/**
 * Who may edit or delete which message: only one that was said, only whoever said it or their side,
 * and only for the same ears.
 */
import { describe, expect, it } from 'vitest';
import { amendedId } from '../../shared/domain/conversation/amending.ts';
import type { LoggedEvent } from '../../shared/domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import type { OutsideEvent } from '../../shared/domain/handling/message.ts';
import { addEvent, closeWrapUp, publish } from '../support/events.ts';
import { decided, refusal } from '../support/decision.ts';
import { message, talk, wrapUpBody } from '../support/world.ts';

const world = () => talk({ amy: 'PRIMARY', bob: 'PRIMARY' });
const header = { sender: { id: 'web', type: 'CONNECTOR' } };

/** What was said before, as the log has it. */
const SAID: Record<string, ConversationEvent> = {
  "Amy's message": publish('amy', message('AGENT_MESSAGE', undefined, { id: 'm0' })),
  "Bob's message": publish('bob', message('AGENT_MESSAGE', undefined, { id: 'm0' })),
  "Amy's whisper": publish('amy', message('WHISPER_MESSAGE', undefined, { id: 'm0' })),
  "Bob's whisper": publish('bob', message('WHISPER_MESSAGE', undefined, { id: 'm0' })),
  "Amy's wrap-up": publish('amy', message('AGENT_MESSAGE', wrapUpBody, { id: 'm0' })),
  "the customer's message": addEvent(message('CUSTOMER_MESSAGE', undefined, { id: 'm0', header })),
  "a bot's message": addEvent(
    message('BOT_MESSAGE', undefined, { id: 'm0', header: { sender: { id: 'bot', type: 'BOT' } } }),
  ),
  'a read receipt': addEvent(
    message(
      'MESSAGE_DELIVERY_NOTIFICATION',
      { type: 'DELIVERYNOTIFICATION', messageId: 'x', status: 'READ' },
      { id: 'm0', header },
    ),
  ),
};

function logged(what: string): LoggedEvent | undefined {
  const event = SAID[what];
  return event && decided(world(), event).events.find(({ event: { data } }) => data['id'] === 'm0');
}

const about = { intent: 'UPDATE', originalMessageId: 'm0' };
const deletion = { type: 'DELETEDNOTIFICATION', messageId: 'm0' };

/** The two ways to change what was said. */
const WAYS: [string, (name: string, from?: object) => OutsideEvent][] = [
  ['edit', (name, from = {}) => message(name, undefined, { id: 'm1', header: { ...from, ...about } })],
  ['delete', (name, from = {}) => message(name, deletion, { id: 'm1', header: from })],
];

type By = (make: (typeof WAYS)[number][1]) => ConversationEvent & { type: 'publish' | 'addEvent' };
const amy: By = (make) => publish('amy', make('AGENT_MESSAGE'));
const whispering: By = (make) => publish('amy', make('WHISPER_MESSAGE'));
const customer: By = (make) => addEvent(make('CUSTOMER_MESSAGE', header));
const bot: By = (make) => addEvent(make('BOT_MESSAGE', { sender: { id: 'bot', type: 'BOT' } }));

describe.each(WAYS)('May somebody %s', (_, make) => {
  it.each<[string, string, boolean, By]>([
    ['Amy', "Amy's message", true, amy],
    ['Amy', "Bob's message", false, amy],
    ['Amy', "the customer's message", false, amy],
    ['Amy', "a bot's message", false, amy],
    ['Amy', "Amy's whisper", false, amy],
    ['Amy', "Amy's wrap-up", false, amy],
    ['Amy', 'a read receipt', false, amy],
    ['Amy', 'nothing', false, amy],
    ['a whisper of Amy', "Amy's whisper", true, whispering],
    ['a whisper of Amy', "Bob's whisper", false, whispering],
    ['a whisper of Amy', "Amy's message", false, whispering],
    ['the customer', "the customer's message", true, customer],
    ['the customer', "Amy's message", false, customer],
    ['the customer', "Amy's whisper", false, customer],
    ['the customer', "a bot's message", false, customer],
    ['the customer', 'nothing', false, customer],
    ['a bot', "a bot's message", true, bot],
    ['a bot', "the customer's message", false, bot],
    ['a bot', "Amy's message", false, bot],
  ])('%s, %s: %s', (_who, what, may, by) => {
    const event = { ...by(make), about: logged(what) };
    if (what !== 'nothing') expect(event.about).toBeDefined();
    if (may) expect(decided(world(), event).events).toHaveLength(1);
    else expect(refusal(world(), event).code).toBe('message.invalid');
  });

  it('an edit or a deletion', () => {
    for (const [, made] of WAYS) {
      const first = decided(world(), { ...amy(made), about: logged("Amy's message") }).events[0];
      expect(refusal(world(), { ...amy(make), about: first }).code).toBe('message.invalid');
    }
  });
});

it('A wrap-up that ends a conversation is held to the same', () => {
  const wrapUp = message('AGENT_MESSAGE', wrapUpBody, { id: 'm1', header: about });
  const wrapping = talk({ amy: 'WRAP_UP', bob: 'PRIMARY' });
  const close = { ...closeWrapUp('amy', wrapUp), about: logged("Amy's message") };
  expect(refusal(wrapping, close).code).toBe('message.invalid');
});

it.each([
  ['an answer', { header: { intent: 'REPLY_TO', originalMessageId: 'm0' }, body: {} }, undefined],
  ['an edit in small letters', { header: { intent: 'update', originalMessageId: 'm0' }, body: {} }, 'm0'],
  ['a deletion in small letters', { header: {}, body: { type: 'deletedNotification', messageId: 'm9' } }, 'm9'],
  ['an edit of nothing', { header: { intent: 'UPDATE' }, body: {} }, ''],
  ['a message without a header', { body: { type: 'PLAIN' } }, undefined],
])('%s is about %s', (_, data, id) => {
  expect(amendedId({ data })).toBe(id);
});
