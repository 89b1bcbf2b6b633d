/**
 * The agent hands the customer over to the colleague whom they consulted, or to a queue, and
 * leaves.
 */
import { assistance } from '../../shared/edge/socket/assistance.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(assistance('consultTransferRequest', 'CONSULT_TRANSFER'));
