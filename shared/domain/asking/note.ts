/**
 * What an agent writes for whoever comes: a whisper of theirs, so it stands in the conversation
 * when the card is gone, for every colleague and never for the customer.
 */
import type { Draft } from '../conversation/draft.ts';

export function leaveNote(draft: Draft, agentId: string, note: string | null): void {
  if (note === null || note === '') return;
  const { id, lastSeq, participants } = draft.conversation;
  const senderName = participants[agentId]?.username ?? agentId;
  const sender = { id: agentId, type: 'AGENT', senderName, additionalDetail: null };
  draft.log({
    name: 'WHISPER_MESSAGE',
    type: 'MESSAGE',
    eventEmitter: sender,
    data: {
      id: `${id}-note-${lastSeq + 1}`,
      header: { sender, timestamp: draft.at },
      body: { type: 'PLAIN', markdownText: note },
    },
  });
}
