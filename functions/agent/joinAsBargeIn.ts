/** A supervisor who watches or whispers steps in front of the customer. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { supervise } from '../../shared/edge/socket/supervision.ts';

export const joinAsBargeIn = supervise('joinAsBargeIn', 'bargeIn');

export const handler = onMessage(app, joinAsBargeIn);
