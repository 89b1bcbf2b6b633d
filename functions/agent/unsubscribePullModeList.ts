/** The agent watches a pull list no longer. The conversations that they joined from it stay theirs. */
import { app } from '../../shared/aws/app.ts';
import { onMessage } from '../../shared/aws/lambda.ts';
import { tellLists, unsubscribe } from '../../shared/edge/follow/lists.ts';
import { route } from '../../shared/edge/socket/route.ts';

export const unsubscribePullModeList = route('unsubscribePullModeList', unsubscribe, { unlessDone: tellLists });

export const handler = onMessage(app, unsubscribePullModeList);
