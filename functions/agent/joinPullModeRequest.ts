/** The agent picks a conversation from a pull list. Not built yet: every request is refused with `event.notImplemented`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { notImplemented, route } from '../../shared/edge/route.ts';

export const joinPullModeRequest = route('joinPullModeRequest', notImplemented);

export const handler = onMessage(app, joinPullModeRequest);
