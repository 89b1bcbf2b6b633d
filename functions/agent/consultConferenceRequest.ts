/** The colleague whom the agent consulted, or somebody of a queue, joins in front of the customer. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { assistance } from '../../shared/edge/socket/assistance.ts';

export const consultConferenceRequest = assistance('consultConferenceRequest', 'CONSULT_CONFERENCE');

export const handler = onMessage(app, consultConferenceRequest);
