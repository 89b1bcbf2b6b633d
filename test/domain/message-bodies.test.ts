/**
 * Every kind of message body reaches the log, the colleagues and the snapshot just as it was
 * written.
 */
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../shared/domain/conversation/conversation.ts';
import { onCimEvent, onTopicData } from '../../shared/domain/shown/wire.ts';
import { agentEvents } from '../../shared/protocol/agent-events.ts';
import { CimEvent, messageBodies } from '../../shared/protocol/message.ts';
import { PlatformEvent } from '../../shared/protocol/platform.ts';
import { explain } from '../../shared/protocol/values.ts';
import { addEvent, publish } from '../support/events.ts';
import { decided } from '../support/decision.ts';
import { message, metaOf, talk } from '../support/world.ts';

const attachment = {
  mediaUrl: 'https://files.test/1',
  thumbnail: '',
  mimeType: 'image/png',
  size: 512,
  mediaLabel: 'a',
  mediaName: 'b',
};
const media = { caption: 'Look', attachment, additionalDetails: { fileName: 'a.png' } };

const bodies: Record<string, Record<string, unknown>> = {
  PLAIN: { markdownText: 'Good **morning**' },
  IMAGE: media,
  VIDEO: media,
  AUDIO: media,
  FILE: media,
  MULTIMEDIA: media,
  STICKER: { mediaUrl: 'https://files.test/s', stickerId: 's1' },
  URL: { mediaUrl: 'https://shop.test', markdownText: 'Our shop' },
  LOCATION: {
    location: { latitude: 59.3, longitude: 18.1 },
    additionalDetails: { name: 'Shop', address: 'Main street', url: '' },
  },
  CONTACT: { contacts: [{ name: { formattedName: 'Robin Berg' }, phones: [{ phone: '5550100' }] }] },
  BUTTON: { buttonMessageType: 'QUICK_REPLIES', buttons: [{ title: 'Yes', type: 'reply', payload: 'yes' }] },
  CAROUSEL: { carouselMessageType: 'x', elements: [{ text: 'One', url: 'https://shop.test/1', buttons: [] }] },
  EMAIL: {
    subject: 'Order',
    from: 'robin@mail.test',
    replyTo: [],
    htmlBody: '<p>Hi</p>',
    attachments: [{ mediaUrl: 'x' }],
  },
  COMMENT: { postId: 'p1', itemType: 'PRIVATE_REPLY', markdownText: 'Thanks', attachment },
  WRAPUP: { wrapups: [{ categoryName: 'Orders', value: 'Late' }], note: 'Refund' },
  NOTIFICATION: { notificationType: 'INFO', notificationData: { text: 'Note' } },
  DELIVERYNOTIFICATION: { messageId: 'm0', status: 'READ', reasonCode: 200 },
  DELETEDNOTIFICATION: { messageId: 'm0', timestamp: 5 },
  VOICE: { callId: 'call-1', leg: '1001:amy:7', reasonCode: 'INBOUND', dialog: { id: 7 } },
  TEMPLATE: { namespace: 'shop', name: 'welcome', language: { code: 'en' }, components: [{ type: 'body' }] },
  ACTION: { name: 'FIND_AGENT', data: { queue: 'support' } },
  RECEIPT: { items: [{ price: 5 }] },
  CUSTOM: { anything: { deep: [1, null, 'x'] } },
  ACTIVITY: { what: 'typing' },
  SOMETHING_NEW: { of: 'tomorrow' },
};

/** `m0`, as the agent or the customer has said it. */
function earlier(name: 'AGENT_MESSAGE' | 'CUSTOMER_MESSAGE') {
  const before = message(name, undefined, { id: 'm0', header: { sender: { id: 'web', type: 'CONNECTOR' } } });
  const by = name === 'AGENT_MESSAGE' ? publish('amy', before) : addEvent(before);
  return decided(talk({ amy: 'PRIMARY' }), by).events.find(({ event }) => event.name === name);
}

/** The bodies that desks would get: live, and in a snapshot. */
function shown({ world, events }: Decision): unknown[] {
  const { conversation } = world;
  const live = events.map((event): unknown => JSON.parse(onCimEvent(conversation, metaOf(world), event).data.cimEvent));
  const snapshot = onTopicData(conversation, metaOf(world), 'amy', events).data.topicData.topicEvents;
  return [...live, ...snapshot].map((event) => CimEvent.parse(event).data['body']);
}

describe('A message of an agent', () => {
  it('is tried with every kind of body that is looked into', () => {
    expect(Object.keys(messageBodies).filter((type) => !bodies[type])).toEqual([]);
  });

  it.each(Object.entries(bodies))('with a body %s arrives as it was written', (type, rest) => {
    const body = { type, ...rest };
    const event = publish('amy', message('AGENT_MESSAGE', body));
    const decision = decided(talk({ amy: 'PRIMARY' }), { ...event, about: earlier('AGENT_MESSAGE') });
    expect(shown(decision)).toEqual([body, body]);
  });

  it('with a body in small letters arrives in small letters', () => {
    const body = { type: 'image', ...media };
    expect(shown(decided(talk({ amy: 'PRIMARY' }), publish('amy', message('AGENT_MESSAGE', body))))).toEqual([
      body,
      body,
    ]);
  });

  it('that is encoded stays encoded', () => {
    const body = { type: 'PLAIN', markdownText: 'SGVsbG8=' };
    const encoded = message('AGENT_MESSAGE', body, { header: { additionalData: { isEncoded: true } } });
    const decision = decided(talk({ amy: 'PRIMARY' }), publish('amy', encoded));
    expect(shown(decision)).toEqual([body, body]);
    expect(decision.events[0]?.event.data['header']).toMatchObject({ additionalData: { isEncoded: true } });
  });

  it.each(['UPDATE', 'REPLY_TO'])('with the intent %s says which message it is about', (intent) => {
    const about = message('AGENT_MESSAGE', undefined, {
      header: { intent, originalMessageId: 'm0', providerMessageId: 'p0' },
    });
    const { events } = decided(talk({ amy: 'PRIMARY' }), { ...publish('amy', about), about: earlier('AGENT_MESSAGE') });
    expect(events[0]?.event.data['header']).toMatchObject({ intent, originalMessageId: 'm0', providerMessageId: 'p0' });
  });
});

describe('A whisper', () => {
  it.each(['PLAIN', 'IMAGE', 'FILE'])('with a body %s arrives as it was written', (type) => {
    const body = { type, ...bodies[type] };
    const decision = decided(
      talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }),
      publish('bob', message('WHISPER_MESSAGE', body)),
    );
    expect(shown(decision)).toEqual([body, body]);
  });
});

describe('A message of the customer', () => {
  const header = { sender: { id: 'web', type: 'CONNECTOR' }, channelSessionId: 'web-1' };
  it.each(Object.entries(bodies))('with a body %s arrives as it was written', (type, rest) => {
    const body = { type, ...rest };
    const event = addEvent(message('CUSTOMER_MESSAGE', body, { header }));
    const decision = decided(talk({ amy: 'PRIMARY' }), { ...event, about: earlier('CUSTOMER_MESSAGE') });
    expect(shown(decision)).toEqual([body, body]);
  });
});

/** Wrong where desks look, with the path that the refusal names. */
const wrong: readonly [string, Record<string, unknown>, string][] = [
  ['IMAGE', { attachment: { ...attachment, thumbnail: 7 } }, 'attachment.thumbnail'],
  ['VIDEO', { attachment: { ...attachment, mediaName: {} } }, 'attachment.mediaName'],
  ['FILE', { attachment, additionalDetails: { fileName: [] } }, 'additionalDetails.fileName'],
  ['FILE', { attachment, additionalDetails: 'invoice.pdf' }, 'additionalDetails'],
  ['URL', { mediaUrl: {} }, 'mediaUrl'],
  ['STICKER', { mediaUrl: 5 }, 'mediaUrl'],
  ['LOCATION', { location: { latitude: {}, longitude: 18.1 } }, 'location.latitude'],
  ['LOCATION', { location: {}, additionalDetails: { address: {} } }, 'additionalDetails.address'],
  ['CONTACT', { contacts: [{ phones: '5550100' }] }, 'contacts.0.phones'],
  ['CONTACT', { contacts: [{ phones: ['5550100'] }] }, 'contacts.0.phones.0'],
  ['CONTACT', { contacts: [{}, { phones: [{ phone: {} }] }] }, 'contacts.1.phones.0.phone'],
  ['CONTACT', { contacts: [{ name: 'Robin' }] }, 'contacts.0.name'],
  ['CONTACT', { contacts: [{ name: { formattedName: {} } }] }, 'contacts.0.name.formattedName'],
  ['BUTTON', { buttons: ['Yes'] }, 'buttons.0'],
  ['BUTTON', { buttons: [{ title: {} }] }, 'buttons.0.title'],
  ['BUTTON', { additionalDetails: { interactive: { body: 5 } } }, 'additionalDetails.interactive.body'],
  ['CAROUSEL', { elements: [{ buttons: 'Yes' }] }, 'elements.0.buttons'],
  ['CAROUSEL', { elements: [{ buttons: [null] }] }, 'elements.0.buttons.0'],
  ['CAROUSEL', { elements: [{ title: {} }] }, 'elements.0.title'],
  ['EMAIL', { attachments: ['form.pdf'] }, 'attachments.0'],
  ['EMAIL', { attachments: [{ fileName: {} }] }, 'attachments.0.fileName'],
  ['VOICE', { reasonCode: {} }, 'reasonCode'],
  ['TEMPLATE', { name: {} }, 'name'],
];

describe('A body that desks could not read', () => {
  it.each(wrong)('%s %j is refused at the door, with the path', (type, rest, path) => {
    const header = { sender: { id: 'web', type: 'CONNECTOR' } };
    const data = { id: 'm-1', header, body: { type, ...rest } };
    const cimEvent = { id: 'e-1', name: 'AGENT_MESSAGE', type: 'MESSAGE', data };
    const { error } = agentEvents.publishCimEvent.safeParse({ conversationId: 'c-1', cimEvent });
    expect(error && explain(error).split(': ')[0]).toBe(`cimEvent.data.body.${path}`);
    const platform = PlatformEvent.safeParse({ ...cimEvent, name: 'CUSTOMER_MESSAGE' }).error;
    expect(platform && explain(platform).split(': ')[0]).toBe(`data.body.${path}`);
  });
});
