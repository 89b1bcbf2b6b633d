/** The agent asks a queue or a colleague to join the conversation. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { assistance } from '../../shared/edge/socket/assistance.ts';

export const directConferenceRequest = assistance('directConferenceRequest', 'DIRECT_CONFERENCE');

export const handler = onMessage(app, directConferenceRequest);
