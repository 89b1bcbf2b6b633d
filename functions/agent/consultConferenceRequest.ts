/** The agent keeps the colleague whom they consulted in the conversation. Not built yet: every request is refused with `event.notImplemented`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { notImplemented, route } from '../../shared/edge/route.ts';

export const consultConferenceRequest = route('consultConferenceRequest', notImplemented);

export const handler = onMessage(app, consultConferenceRequest);
