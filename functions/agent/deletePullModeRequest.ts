/** The agent ends a conversation of a pull list for everybody. Not built yet: every request is refused with `event.notImplemented`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { notImplemented, route } from '../../shared/edge/route.ts';

export const deletePullModeRequest = route('deletePullModeRequest', notImplemented);

export const handler = onMessage(app, deletePullModeRequest);
