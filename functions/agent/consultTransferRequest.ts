/** The agent hands the conversation to the colleague whom they consulted. Not built yet: every request is refused with `event.notImplemented`. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { notImplemented, route } from '../../shared/edge/route.ts';

export const consultTransferRequest = route('consultTransferRequest', notImplemented);

export const handler = onMessage(app, consultTransferRequest);
