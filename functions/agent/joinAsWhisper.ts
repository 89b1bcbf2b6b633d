/** A supervisor who watches speaks to the agents only. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { supervise } from '../../shared/edge/socket/supervision.ts';

export const joinAsWhisper = supervise('joinAsWhisper', 'whisper');

export const handler = onMessage(app, joinAsWhisper);
