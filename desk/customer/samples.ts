/** What customers are called and say, and one message of every kind that a channel may carry. */
import type { MessageBody } from '../../shared/protocol/message.ts';

export const NAMES = [
  'Robin Berg', 'Kim Novak', 'Alex Moreau', 'Noa Lindqvist', 'Jamie Okafor', 'Charlie Duarte', 'Sasha Petrov', 'Mika Tanaka',
  'Toni Russo', 'Eden Clarke', 'Jules Martin', 'Ariel Cohen', 'Luca Weiss', 'Remy Dubois', 'Nico Santos', 'Quinn Walsh',
]; // prettier-ignore

export const OPENINGS = [
  'Hello, where is my parcel?',
  'I was charged twice for one order.',
  'Can I still change the address of my delivery?',
  'The blue one is too small. Can I have it in large?',
  'My invoice has the wrong name on it.',
  'How do I reset my password?',
];

export const SENTENCES = [
  'The order is 4711, from last Tuesday.',
  'Yes, that is right.',
  'I am at work until five, so after that would be better.',
  'Could you send me the link again?',
  'That did not work, I still see the same page.',
  'Great, thank you!',
  'How long does that usually take? I leave for a trip on Friday and would like to take it with me.',
  'No, the other one.',
];

const picture = () => new URL('sample.svg', location.href).href;

/** By what a customer would call it. */
export const SAMPLES: Record<string, () => MessageBody> = {
  Picture: () => ({
    type: 'IMAGE',
    caption: 'This is how it arrived.',
    attachment: { mediaUrl: picture(), mimeType: 'image/svg+xml', size: 621 },
  }),
  File: () => ({
    type: 'FILE',
    attachment: { mediaUrl: picture(), mimeType: 'application/pdf', size: 182_400 },
    additionalDetails: { fileName: 'invoice-4711.pdf' },
  }),
  Video: () => ({ type: 'VIDEO', caption: 'It rattles', attachment: { mediaUrl: picture(), mimeType: 'video/mp4' } }),
  Sound: () => ({ type: 'AUDIO', attachment: { mediaUrl: picture(), mimeType: 'audio/ogg' } }),
  Sticker: () => ({ type: 'STICKER', mediaUrl: picture(), stickerId: 'parcel' }),
  Link: () => ({ type: 'URL', mediaUrl: 'https://shop.example/orders/4711', markdownText: 'This one' }),
  Location: () => ({
    type: 'LOCATION',
    location: { latitude: 59.3293, longitude: 18.0686 },
    additionalDetails: { name: 'Office', address: 'Storgatan 1, Stockholm' },
  }),
  Contact: () => ({
    type: 'CONTACT',
    contacts: [{ name: { formattedName: 'Robin Berg' }, phones: [{ phone: '+46 555 0100' }] }],
  }),
  Buttons: () => ({
    type: 'BUTTON',
    markdownText: 'Did that help?',
    buttons: [
      { title: 'Yes', type: 'reply', payload: 'yes' },
      { title: 'Not really', type: 'reply', payload: 'no' },
    ],
  }),
  Carousel: () => ({
    type: 'CAROUSEL',
    elements: ['Small', 'Medium', 'Large'].map((text) => ({
      text,
      imageUrl: picture(),
      buttons: [{ title: 'Choose' }],
    })),
  }),
  'E-mail': () => ({
    type: 'EMAIL',
    subject: 'Order 4711',
    from: 'robin@mail.example',
    htmlBody: '<p>Hello,</p><p>please find the form attached.</p><p>Robin</p>',
    attachments: [{ mediaUrl: picture(), fileName: 'form.pdf' }],
  }),
  Comment: () => ({ type: 'COMMENT', postId: '2001', itemType: 'TEXT', markdownText: 'Is this still for sale?' }),
  Template: () => ({ type: 'TEMPLATE', name: 'order_shipped', language: { code: 'en' } }),
  'Something new': () => ({ type: 'HOLOGRAM', markdownText: 'Look at this from the left.' }),
};
