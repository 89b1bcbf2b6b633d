/** A supervisor follows a conversation of their team, unseen by the customer. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { supervise } from '../../shared/edge/socket/supervision.ts';

export const JoinAsSilentMonitor = supervise('JoinAsSilentMonitor', 'joinSilently');

export const handler = onMessage(app, JoinAsSilentMonitor);
