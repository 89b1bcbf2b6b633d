/** Somebody who manages pull lists closes a request: the chat ends for all who are in it. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { close } from '../../shared/edge/follow/lists.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const deletePullModeRequest = route('deletePullModeRequest', close);

export const handler = onMessage(app, deletePullModeRequest);
