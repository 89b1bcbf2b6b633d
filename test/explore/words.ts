/** What the logs of a schedule tell: how tasks ended, in which direction, who left why. */
import type { LoggedEvent } from '../../shared/domain/conversation/conversation.ts';
import { customerPresent } from '../../shared/domain/conversation/participants.ts';
import { custodyOf } from '../../shared/domain/custody/custody.ts';
import { listed } from '../../shared/domain/handling/pull-list.ts';
import { isRecord } from '../../shared/protocol/values.ts';
import type { Open } from './view.ts';

export function wordsOf(log: readonly LoggedEvent[]): string[] {
  return log.map(({ event: { name, data } }) => {
    const { state, type, reason, requestType, watching, command } = data;
    if (name === 'TASK_STATE_CHANGED')
      return `${said(type, 'direction')} ${said(state, 'name')} ${said(state, 'reasonCode')}`;
    if (name === 'NO_AGENT_AVAILABLE') return `${name} ${said(requestType, 'direction')} ${said(requestType, 'mode')}`;
    if (name === 'CONVERSATION_PAUSED' && said(data['holdTimerDetails'], 'release') === 'true')
      return `${name}, parked`;
    if (name === 'AGENT_UNSUBSCRIBED' && watching) return `${name} ${String(reason)}, supervising`;
    if (name === 'SUPERVISOR_ACTION') return `${name} ${String(command)}`;
    return typeof reason === 'string' ? `${name} ${reason}` : name;
  });
}

/** How a conversation stands on a list, if it does. */
export function listWord({ conversation }: Open): string | null {
  const row = listed(conversation);
  return row && `${row.listId} ${row.status}`;
}

/** Who has the customer in the end. */
export function haverWord({ conversation }: Open): string {
  if (conversation.state === 'CLOSED') return 'nobody, it is over';
  return customerPresent(conversation) ? String(custodyOf(conversation)) : 'those who wrap up';
}

function said(value: unknown, member: string): string {
  return isRecord(value) ? String(value[member]) : '';
}
