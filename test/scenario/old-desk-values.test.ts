/**
 * Each value that desks of three generations (4.4 of 2022, 4.5, and that of 2024) send in an event,
 * one by one, over the wire: taken, or refused with the code that PROTOCOL.md has for it.
 */
import { describe, expect, it } from 'vitest';
import type { Code } from '../../shared/protocol/codes.ts';
import { agentSamples } from '../fixtures/samples.ts';
import { contactCentre, type Person } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { listOf, waitsOn } from '../support/lists.ts';
import { talk, wrapUp } from '../support/talk.ts';

const centre = contactCentre();

type Outcome = 'taken' | Code;

async function outcomeOf(desk: Desk, action: string, data: unknown): Promise<Outcome> {
  const answer = await desk.ask(action, data);
  return answer.status === 'ok' ? 'taken' : answer.code;
}

/** As desks name who takes part: the older ones by `topicId`. */
const participant = (person: Person, conversationId: string, role: string, older = false) => ({
  id: `participant of ${person.id}`,
  type: 'AGENT',
  participant: { id: person.id, participantType: 'CCUser', keycloakUser: { id: person.id, username: person.id } },
  token: null,
  role,
  userCredentials: null,
  state: 'SUBSCRIBED',
  ...(older ? { topicId: conversationId } : { conversationId }),
});

describe('Of their state a desk says', () => {
  const reasonCode = (agentSamples.changeAgentState as { state: { reasonCode: object } }).state.reasonCode;
  const own = (name: string, more: object = {}) => ({ action: 'agentState', state: { name, ...more } });
  const mrd = (state: string, mrdId = 'CHAT') => ({ action: 'agentMRDState', mrdId, state });

  it.each<[string, object[], Outcome]>([
    ['READY, without a reason', [own('READY', { reasonCode: null })], 'taken'],
    ['NOT_READY, with the whole reason of the administration', [own('NOT_READY', { reasonCode })], 'taken'],
    ['NOT_READY, without a reason', [own('NOT_READY', { reasonCode: null })], 'taken'],
    ['NOT_READY twice', [own('NOT_READY', { reasonCode: null }), own('NOT_READY', { reasonCode: null })], 'taken'],
    ['LOGOUT, with a reason', [own('LOGOUT', { reasonCode })], 'taken'],
    ['LOGOUT, where none was selected', [own('LOGOUT')], 'taken'],
    ['LOGOUT, with an empty text as the softphone does', [own('LOGOUT', { reasonCode: '' })], 'taken'],
    ['an MRD READY, of an agent who is', [own('READY'), mrd('READY')], 'taken'],
    ['an MRD NOT_READY', [own('READY'), mrd('NOT_READY')], 'taken'],
    ['an MRD READY, of an agent who is not', [own('NOT_READY'), mrd('READY')], 'state.invalid'],
    ['an MRD BUSY, which nobody controls from outside', [own('READY'), mrd('BUSY')], 'state.invalid'],
    ['an MRD READY that is not here, of a softphone', [own('READY'), mrd('READY', 'FINESSE_VOICE')], 'mrd.unknown'],
  ])('%s', async (_, said, outcome) => {
    const person = await centre.person();
    const desk = await person.connect();
    const outcomes: Outcome[] = [];
    for (const data of said) outcomes.push(await outcomeOf(desk, 'changeAgentState', { agentId: person.id, ...data }));
    expect(outcomes.at(-1)).toBe(outcome);
    // Whatever became of it, the switches of the desk come back: each is answered by one presence.
    expect(desk.frames.filter(({ event }) => event === 'agentPresence_').length).toBeGreaterThanOrEqual(said.length);
  });
});

describe('In a conversation a desk says', () => {
  const media = { mediaUrl: 'https://files.example/1', mimeType: 'x/y', size: 512, thumbnail: '' };
  const attachment = { caption: '', attachment: media, additionalDetails: { fileName: 'file name' } };
  const comment = (itemType: string) => ({ type: 'COMMENT', postId: 'post-1', itemType, markdownText: 'Hello' });
  const receipt = { type: 'DELIVERYNOTIFICATION', messageId: 'message-1', status: 'READY', reasonCode: 200, markdownText: '' }; // prettier-ignore
  const read = { ...receipt, status: 'READ' };
  const typing = { type: 'NOTIFICATION', notificationType: 'TYPING_STARTED', notificationData: 'typing', message: '' };
  const wrapUpBody = wrapUp().data.body;
  const queue = (queueName: string) => ({ mode: 'queue', queueName });
  const agent = (requestedAgentId: string | null, offerToAgent: boolean) => ({ mode: 'agent', requestedAgentId, offerToAgent }); // prettier-ignore
  const hold = { state: 'ON_HOLD' };

  it.each<[string, { name?: string; type?: string; body?: object; header?: object; data?: object }, Outcome]>([
    ['PLAIN', { body: { type: 'PLAIN', markdownText: 'Hello', isWhisper: false } }, 'taken'],
    ['PLAIN, empty', { body: { type: 'PLAIN', markdownText: '' } }, 'taken'],
    ['FILE', { body: { type: 'FILE', markdownText: '', ...attachment } }, 'taken'],
    ['IMAGE', { body: { type: 'IMAGE', markdownText: '', ...attachment } }, 'taken'],
    ['VIDEO', { body: { type: 'VIDEO', markdownText: '', ...attachment } }, 'taken'],
    ['AUDIO', { body: { type: 'AUDIO', markdownText: '', ...attachment } }, 'taken'],
    ['AUDIO of 4.4, which leaves the type empty', { body: { type: '', ...attachment } }, 'event.invalid'],
    ['a reply', { body: { type: 'PLAIN', markdownText: 'Yes' }, header: { intent: 'REPLY_TO', originalMessageId: 'm' } }, 'taken'], // prettier-ignore
    ['COMMENT TEXT', { body: comment('TEXT') }, 'taken'],
    ['COMMENT IMAGE', { body: { ...comment('IMAGE'), attachment: media } }, 'taken'],
    ['COMMENT VIDEO', { body: { ...comment('VIDEO'), attachment: media } }, 'taken'],
    ['COMMENT LIKE', { body: comment('LIKE') }, 'taken'],
    ['COMMENT HIDE', { body: comment('HIDE') }, 'taken'],
    ['COMMENT DELETE', { body: comment('DELETE') }, 'taken'],
    ['COMMENT PRIVATE_REPLY', { body: comment('PRIVATE_REPLY') }, 'taken'],
    ['a wrap-up, while they still talk', { body: wrapUpBody }, 'taken'],
    ['a wrap-up without a note', { body: { ...wrapUpBody, note: '' } }, 'taken'],
    [
      'read, at an empty time',
      { name: 'MESSAGE_DELIVERY_NOTIFICATION', type: 'NOTIFICATION', body: read, header: { timestamp: '' } },
      'taken',
    ],
    [
      'read, in a word that is none',
      { name: 'MESSAGE_DELIVERY_NOTIFICATION', type: 'NOTIFICATION', body: receipt },
      'event.invalid',
    ],
    ['that they type', { name: 'TYPING_INDICATOR', type: 'NOTIFICATION', body: typing }, 'taken'],
    ['that they stay', { name: 'RESET_AGENT_SLA', type: 'NOTIFICATION', data: {} }, 'taken'],
    ['a raised hand', { name: 'HAND_RAISED', type: 'NOTIFICATION', data: { agentId: 'a', userName: 'u' } }, 'taken'],
    ['a hand that goes down', { name: 'HAND_DOWN', type: 'NOTIFICATION', data: { agentId: 'a', userName: 'u' } }, 'taken'], // prettier-ignore
    ['a whisper, where nobody hears it', { name: 'WHISPER_MESSAGE', body: { type: 'PLAIN', markdownText: 'Psst' } }, 'message.forbidden'], // prettier-ignore
    ['that the customer is somebody else', { name: 'ASSOCIATED_CUSTOMER_CHANGED', type: 'NOTIFICATION', data: {} }, 'message.forbidden'], // prettier-ignore
  ])('%s', async (_, { name = 'AGENT_MESSAGE', type = 'MESSAGE', body, header, data }, outcome) => {
    const { desk, person, conversationId, topic } = await talk(centre);
    const session = topic.data.topicData.channelSession;
    const sender = { id: person.id, type: 'AGENT', senderName: person.id, additionalDetail: null };
    const named = { conversationId, channelSessionId: session.id, customer: session.customer, status: 'sending' };
    const said = { id: `message of ${person.id}`, header: { timestamp: 1_653_888_665_578, sender, ...named, ...header }, body }; // prettier-ignore
    const event = { id: `event of ${person.id}`, name, type, timestamp: 1_653_888_665_578, data: data ?? said };
    const cimEvent = data ? event : { ...event, conversationId, channelSession: session, eventEmitter: sender };
    const roomInfo = { id: conversationId, mode: 'CONTACT_CENTER' };
    expect(await outcomeOf(desk, 'publishCimEvent', { cimEvent, agentId: person.id, conversationId, roomInfo })).toBe(outcome); // prettier-ignore
  });

  it.each<[string, string, (here: Scene) => object, Outcome]>([
    ['that they leave, in 4.4', 'topicUnsubscription', ({ topicId, agentId }) => ({ topicId, agentId }), 'taken'],
    ['that they leave, in 4.5', 'topicUnsubscription', ({ own }) => own, 'taken'],
    ['the end of a wrap-up, in 4.4', 'WRAP_UP_CLOSED', ({ own }) => own, 'state.invalid'],
    ['the end of a wrap-up, without one', 'closeWrapup', ({ own }) => ({ ...own, cimEvent: null }), 'state.invalid'],
    ['the end of a wrap-up, with one', 'closeWrapup', ({ own }) => ({ ...own, cimEvent: wrapUp() }), 'state.invalid'],
    ['a transfer to no queue', 'directTransferRequest', ({ old }) => ({ ...old, ...queue('nobody') }), 'queue.unknown'],
    [
      'a transfer to their own queue',
      'directTransferRequest',
      ({ of, name }) => ({ ...of, ...queue(name), note: 'Late' }),
      'queue.nobodyElse',
    ],
    [
      'a transfer to nobody selected',
      'directTransferRequest',
      ({ of }) => ({ ...of, ...agent(null, true) }),
      'event.invalid',
    ],
    [
      'a transfer to nobody',
      'directTransferRequest',
      ({ of }) => ({ ...of, ...agent('nobody', true) }),
      'agent.unknown',
    ],
    ['a conference', 'directConferenceRequest ==>', ({ of }) => ({ ...of, ...queue('nobody') }), 'queue.unknown'],
    ['a consult', 'consultRequest', ({ of }) => ({ ...of, ...agent('nobody', true) }), 'agent.unknown'],
    ['a consult of a queue', 'consultRequest', ({ of, name }) => ({ ...of, ...queue(name) }), 'queue.nobodyElse'],
    [
      'a handover to nobody selected',
      'consultTransferRequest',
      ({ of }) => ({ ...of, ...agent(null, false) }),
      'event.invalid',
    ],
    [
      'a consult that becomes more',
      'consultConferenceRequest',
      ({ of }) => ({ ...of, ...agent('nobody', false) }),
      'agent.unknown',
    ],
    ['a pause in seconds', 'pauseConversation', ({ own }) => ({ ...own, ...hold, duration: 300 }), 'taken'],
    ['a pause in digits', 'pauseConversation', ({ own }) => ({ ...own, ...hold, duration: '300' }), 'taken'],
    ['the end of no pause', 'resumeConversation', ({ own }) => ({ ...own, state: 'ACTIVE' }), 'state.invalid'],
    ['that they read along', 'JoinAsSilentMonitor', ({ watching }) => watching, 'role.forbidden'],
    ['that they whisper, in 4.4', 'moveToWhisperMode', ({ own }) => own, 'role.forbidden'],
    ['that they barge in', 'JoinAsBargin', ({ own }) => own, 'role.forbidden'],
  ])('%s (%s)', async (_, action, payload, outcome) => {
    const { desk, person, conversationId, topic, queue: name } = await talk(centre);
    const session = topic.data.topicData.channelSession;
    const agentId = person.id;
    const here: Scene = {
      name,
      topicId: conversationId,
      agentId,
      own: {
        participantId: agentId,
        agentId,
        conversationId,
        roomInfo: { id: conversationId, mode: 'CONTACT_CENTER' },
      },
      of: {
        channelSession: { ...session, conversationId },
        agentParticipant: participant(person, conversationId, 'PRIMARY'),
      },
      old: {
        channelSession: { ...session, conversationId: undefined, topicId: conversationId },
        agentParticipant: participant(person, conversationId, 'PRIMARY', true),
      },
      watching: {
        topicParticipant: participant(person, conversationId, 'SILENT_MONITOR', true),
        agentId,
        channelSession: { ...session, conversationId },
      },
    };
    expect(await outcomeOf(desk, action, payload(here))).toBe(outcome);
  });

  interface Scene {
    /** The queue's. */
    readonly name: string;
    readonly topicId: string;
    readonly agentId: string;
    readonly own: object;
    /** A request for a colleague, and that of the older desks. */
    readonly of: object;
    readonly old: object;
    readonly watching: object;
  }
});

describe('Of lists a desk says', () => {
  it.each([false, true])(
    'what it watches, whom it takes, and whom it may not send away (topicId: %s)',
    async (older) => {
      const list = await listOf(centre);
      const person = await centre.person();
      const desk = await person.connect();
      const whole = { name: list, description: null, id: list };
      const about = { topicParticipant: participant(person, list, 'PRIMARY', older), agentId: person.id };
      expect(await outcomeOf(desk, 'subscribePullModeList', { ...about, listId: list, list: whole })).toBe('taken');
      expect(await outcomeOf(desk, 'subscribePullModeList', { ...about, listId: 'gone', list: whole })).toBe('list.unknown'); // prettier-ignore
      const { conversationId } = await waitsOn(centre, list);
      const { data } = await desk.next('onPullModeSubscribedListRequest');
      const { channelSession } = JSON.parse(data.pullModeEvent) as { channelSession: object };
      const topicParticipant = participant(person, conversationId, 'PRIMARY', older);
      const taking = { topicParticipant, agentId: person.id, channelSession, requestId: conversationId };
      expect(await outcomeOf(desk, 'joinPullModeRequest', taking)).toBe('taken');
      expect(await outcomeOf(desk, 'joinPullModeRequest', taking)).toBe('taken');
      expect(await outcomeOf(desk, 'joinPullModeRequest', { ...taking, requestId: 'gone' })).toBe(
        'conversation.unknown',
      );
      expect(await outcomeOf(desk, 'deletePullModeRequest', conversationId)).toBe('role.forbidden');
      expect(await outcomeOf(desk, 'unsubscribePullModeList', { ...about, listId: list, list: whole })).toBe('taken');
    },
  );
});
