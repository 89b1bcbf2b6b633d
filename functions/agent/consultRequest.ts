/** The agent asks a queue or a colleague for advice, unseen by the customer. */
import { assistance } from '../../shared/edge/socket/assistance.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(assistance('consultRequest', 'CONSULT'));
