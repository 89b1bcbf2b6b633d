/** The agent asks for a colleague to join the conversation. Not built yet: every request is refused with `event.notImplemented`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { notImplemented, route } from '../../shared/edge/route.ts';

export const directConferenceRequest = route('directConferenceRequest', notImplemented);

export const handler = onMessage(app, directConferenceRequest);
