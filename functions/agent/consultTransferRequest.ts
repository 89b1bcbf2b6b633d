/** The agent hands the customer over to the colleague whom they consulted, or to a queue, and leaves. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { assistance } from '../../shared/edge/socket/assistance.ts';

export const consultTransferRequest = assistance('consultTransferRequest', 'CONSULT_TRANSFER');

export const handler = onMessage(app, consultTransferRequest);
