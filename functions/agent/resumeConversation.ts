/** The agent takes a conversation off hold. Not built yet: every request is refused with `event.notImplemented`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { notImplemented, route } from '../../shared/edge/route.ts';

export const resumeConversation = route('resumeConversation', notImplemented);

export const handler = onMessage(app, resumeConversation);
