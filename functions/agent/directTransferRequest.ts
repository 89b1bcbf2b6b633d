/** The agent hands the customer over to a queue or to a colleague, and leaves. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { assistance } from '../../shared/edge/socket/assistance.ts';

export const directTransferRequest = assistance('directTransferRequest', 'DIRECT_TRANSFER');

export const handler = onMessage(app, directTransferRequest);
