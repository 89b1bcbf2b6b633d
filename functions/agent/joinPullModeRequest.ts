/** The agent picks a conversation from a pull list: an active task at once, in any state while logged in. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { join } from '../../shared/edge/follow/lists.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const joinPullModeRequest = route('joinPullModeRequest', join);

export const handler = onMessage(app, joinPullModeRequest);
