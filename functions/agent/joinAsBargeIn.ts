/** A supervisor joins the conversation in front of the customer. Not built yet: every request is refused with `event.notImplemented`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { notImplemented, route } from '../../shared/edge/route.ts';

export const joinAsBargeIn = route('joinAsBargeIn', notImplemented);

export const handler = onMessage(app, joinAsBargeIn);
