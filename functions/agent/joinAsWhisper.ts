/** A supervisor who watches speaks to the agents only. */
import { supervise } from '../../shared/edge/socket/supervision.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(supervise('joinAsWhisper', 'whisper'));
