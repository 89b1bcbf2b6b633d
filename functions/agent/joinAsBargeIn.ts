/** A supervisor who watches or whispers steps in front of the customer. */
import { supervise } from '../../shared/edge/socket/supervision.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(supervise('joinAsBargeIn', 'bargeIn'));
