/**
 * The agent watches a pull list no longer. The conversations that they joined from it stay theirs.
 */
import { tellLists, unsubscribe } from '../../shared/edge/socket/lists.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(route('unsubscribePullModeList', unsubscribe, { unlessDone: tellLists }));
