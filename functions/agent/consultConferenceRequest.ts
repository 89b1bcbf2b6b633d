/**
 * The colleague whom the agent consulted, or somebody of a queue, joins in front of the customer.
 */
import { assistance } from '../../shared/edge/socket/assistance.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(assistance('consultConferenceRequest', 'CONSULT_CONFERENCE'));
