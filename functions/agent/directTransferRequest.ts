/** The agent hands the customer over to a queue or to a colleague, and leaves. */
import { assistance } from '../../shared/edge/socket/assistance.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(assistance('directTransferRequest', 'DIRECT_TRANSFER'));
