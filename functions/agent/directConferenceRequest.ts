/** The agent asks a queue or a colleague to join the conversation. */
import { assistance } from '../../shared/edge/socket/assistance.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(assistance('directConferenceRequest', 'DIRECT_CONFERENCE'));
