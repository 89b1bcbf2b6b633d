/** The agent asks a queue or a colleague for advice, unseen by the customer. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { assistance } from '../../shared/edge/socket/assistance.ts';

export const consultRequest = assistance('consultRequest', 'CONSULT');

export const handler = onMessage(app, consultRequest);
