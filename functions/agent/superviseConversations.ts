/**
 * A supervisor takes conversations over, assigns, moves, requeues or closes them: several at once.
 */
import { orders } from '../../shared/edge/orders.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(orders);
