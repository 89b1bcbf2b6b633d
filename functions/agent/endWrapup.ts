/** A supervisor ends the wrap-up of an agent. */
import { endWrapUp } from '../../shared/edge/socket/supervision.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(endWrapUp);
