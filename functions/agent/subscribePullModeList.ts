/** The agent watches a pull list from now on, and is told of every request on it. A list that there is not leaves the lists as they are, and says so. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { subscribe, tellLists } from '../../shared/edge/follow/lists.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const subscribePullModeList = route('subscribePullModeList', subscribe, { unlessDone: tellLists });

export const handler = onMessage(app, subscribePullModeList);
