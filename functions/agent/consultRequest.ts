/** The agent asks for a colleague's advice, unseen by the customer. Not built yet: every request is refused with `event.notImplemented`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { notImplemented, route } from '../../shared/edge/route.ts';

export const consultRequest = route('consultRequest', notImplemented);

export const handler = onMessage(app, consultRequest);
