/** A message body of every type that desks and channels know, and of some that nobody knows. */
const attachment = {
  mediaUrl: 'https://files.example/1',
  thumbnail: 'data:image/png;base64,AA==',
  mimeType: 'image/png',
  size: 12_345,
  mediaLabel: 'a picture',
  mediaName: 'one.png',
};
const button = { title: 'Yes', type: 'reply', payload: 'yes', additionalButtonDetails: {} };

export const bodies = {
  PLAIN: { markdownText: 'Grüße, *bold* and 🎉 "quoted" \\ \n new line' },
  IMAGE: { caption: 'look', attachment, additionalDetails: {} },
  VIDEO: { caption: '', attachment },
  AUDIO: { attachment },
  FILE: { attachment, additionalDetails: { fileName: 'invoice.pdf' } },
  MULTIMEDIA: { attachment },
  STICKER: { mediaUrl: 'https://files.example/2', stickerId: 7 },
  URL: { mediaUrl: 'https://example.com' },
  LOCATION: {
    location: { latitude: 52.5, longitude: 13.4 },
    additionalDetails: { name: 'Here', address: 'A', url: 'u' },
  },
  CONTACT: {
    contacts: [{ name: { formattedName: 'Pat' }, phones: [{ phone: '5550100', additionalPhoneDetails: {} }] }],
  },
  BUTTON: {
    markdownText: 'Well?',
    buttonMessageType: 'QUICK_REPLIES',
    buttons: [button],
    additionalDetails: { interactive: { header: {}, body: {}, footer: {} } },
  },
  CAROUSEL: {
    carouselMessageType: 'generic',
    elements: [{ text: 'one', url: 'u', buttons: [button], defaultAction: { type: 'web', url: 'u' } }],
  },
  EMAIL: {
    subject: 'Order',
    from: 'jo@example.com',
    replyTo: [],
    receivingDate: 1_790_000_000_000,
    htmlBody: '<p>Where is it?</p>',
    recipientsTo: ['shop@example.com'],
    attachments: [attachment],
  },
  COMMENT: { postId: 'post-1', itemType: 'TEXT', markdownText: 'Nice', attachment: null },
  WRAPUP: { wrapups: [{ categoryName: 'sale', value: 'sold' }], note: 'fine' },
  NOTIFICATION: { notificationType: 'INFO', notificationData: { of: 'something' } },
  DELETEDNOTIFICATION: { messageId: 'm-0', timestamp: 1_790_000_000_000 },
  VOICE: { callId: 'call-1', leg: '1001:pat:dialog-1', reasonCode: 'INBOUND', dialog: { state: 'ACTIVE' } },
  TEMPLATE: { namespace: 'n', name: 'welcome', language: { code: 'en' }, components: [{ type: 'body' }] },
  ACTION: { name: 'FIND_AGENT', data: { queue: 'sales' } },
  RECEIPT: { whatever: [1, 2, 3] },
  CUSTOM: { payload: { deep: { deeper: null } } },
  ACTIVITY: { said: 'so' },
  NEVER_HEARD_OF: { nested: { list: [{}] } },
} as const;
