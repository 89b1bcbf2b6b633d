/** How what a desk asks for is answered, where the real manager could answer in one way only. */
import type { ManagerPayload } from '../client.ts';
import type { Floor } from './floor.ts';
import { conversationIn, type Received } from './inbound.ts';
import { Refusal } from './script.ts';
import type { Talk } from './shapes.ts';

export type Answer = Readonly<Record<string, unknown>> & { readonly afterwards?: () => void };

/**
 * What the acknowledgement carries, and what follows `afterwards`. Of what is not here the script
 * says what comes of it.
 */
export function answerTo(floor: Floor, request: Received): Answer {
  const { event, data } = request;
  switch (event) {
    case 'heartbeat':
      return { leaseSeconds: 75, now: floor.now() };
    case 'refreshToken':
      return { expiresAt: floor.now() + 3_600_000 };
    case 'changeAgentState':
      return floor.changeState(data);
    case 'topicSubscription':
      return floor.accept(floor.talk(conversationIn(data)));
    case 'declineTask': {
      const talk = floor.talk(conversationIn(data));
      if (isIn(talk)) throw new Refusal('state.invalid', 'It was accepted.');
      if (talk.phase !== 'RINGS') throw floor.gone(talk);
      floor.revoke(talk.id, 'DECLINED');
      return {};
    }
    case 'publishCimEvent': {
      const talk = floor.talk(conversationIn(data));
      if (!isIn(talk)) floor.dismiss(talk.id, 'CONVERSATION CLOSED');
      return { seq: floor.publish(ownTalk(floor, data), data.cimEvent) };
    }
    case 'topicUnsubscription_': {
      const talk = floor.talk(conversationIn(data));
      if (isIn(talk)) floor.leaves(talk, 'UNSUBSCRIBED');
      else floor.dismiss(talk.id, 'UNSUBSCRIBED');
      return {};
    }
    case 'extendWrapup': {
      const talk = ownTalk(floor, data);
      talk.wrapUpEndsAt += (data.seconds ?? talk.wrapUpSeconds) * 1000;
      floor.tellWrapUp(talk);
      return {};
    }
    case 'closeWrapup': {
      const talk = floor.talk(conversationIn(data));
      if (talk.phase === 'OPEN') throw new Refusal('state.invalid', 'There is no wrap-up.');
      if (data.cimEvent) floor.publish(ownTalk(floor, data), data.cimEvent);
      if (talk.phase === 'WRAP_UP') floor.endsWrapUp(talk, talk.reason);
      return {}; // twice or too late changes nothing
    }
    case 'directTransferRequest':
    case 'directConferenceRequest':
    case 'consultRequest':
    case 'consultTransferRequest':
    case 'consultConferenceRequest': {
      const talk = ownTalk(floor, data);
      const requestAction = event === 'consultRequest' ? 'consult' : /Transfer/.test(event) ? 'transfer' : 'conference'; // prettier-ignore
      floor.say('agentAssistanceRequestPlaced', { requestAction, mode: data.mode, conversationId: talk.id });
      if (requestAction === 'transfer') floor.leaves(talk, 'CHAT TRANSFERRED');
      return {};
    }
    case 'subscribePullModeList':
      if (!floor.lists.has(data.listId))
        throw new Refusal('list.unknown', 'There is no such list.', () => floor.tellLists());
      floor.watched.add(data.listId);
      floor.say('onPullModeSubscribedList', floor.watchedLists());
      floor.say('addPullModeSubscribedListRequests', floor.requestsOn(data.listId));
      return {};
    case 'unsubscribePullModeList':
      floor.watched.delete(data.listId);
      floor.say('onPullModeSubscribedList', floor.watchedLists());
      floor.say('removePullModeSubscribedListRequests', data.listId);
      return {};
    case 'joinPullModeRequest': {
      const talk = floor.talk(conversationIn(data));
      if (talk.phase === 'GONE') throw new Refusal('pull.alreadyClaimed');
      return floor.accept(talk);
    }
    case 'deletePullModeRequest':
      floor.leavesList(conversationIn(data));
      return {};
    case 'replayTopic': {
      const { conversationId, afterSeq, beforeSeq = Infinity } = data;
      const numbered = floor.talk(conversationId).events.map((one, index) => ({ seq: index + 1, cimEvent: JSON.stringify(one) })); // prettier-ignore
      const events = numbered.filter(({ seq }) => seq > afterSeq && seq < beforeSeq);
      floor.say('onTopicReplay', { conversationId, events, afterSeq, nextAfterSeq: null });
      return {};
    }
    case 'replayAgentEvents': {
      const events = floor.log.filter(({ agentSeq }) => agentSeq > data.afterSeq) as ManagerPayload<'onAgentReplay'>['events']; // prettier-ignore
      const { afterSeq } = data;
      floor.say('onAgentReplay', { events, afterSeq, nextAfterSeq: null, firstAvailableSeq: afterSeq + 1 });
      return {};
    }
    default:
      return {};
  }
}

/** The conversation, where the agent is in it. */
function ownTalk(floor: Floor, data: unknown): Talk {
  const talk = floor.talk(conversationIn(data));
  if (isIn(talk)) return talk;
  throw new Refusal('conversation.notParticipant', 'The agent is not in this conversation.');
}

function isIn({ phase }: Talk): boolean {
  return phase === 'OPEN' || phase === 'WRAP_UP';
}
