/** A supervisor sets the state of an agent of a team of theirs. */
import { setState } from '../../shared/edge/orders.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(setState);
