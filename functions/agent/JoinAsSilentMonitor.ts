/** A supervisor follows a conversation silently. Not built yet: every request is refused with `event.notImplemented`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { notImplemented, route } from '../../shared/edge/route.ts';

export const JoinAsSilentMonitor = route('JoinAsSilentMonitor', notImplemented);

export const handler = onMessage(app, JoinAsSilentMonitor);
