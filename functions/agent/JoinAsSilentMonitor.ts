/** A supervisor follows a conversation of their team, unseen by the customer. */
import { supervise } from '../../shared/edge/socket/supervision.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(supervise('JoinAsSilentMonitor', 'joinSilently'));
