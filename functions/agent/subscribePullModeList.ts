/**
 * The agent watches a pull list from now on, and is told of every request on it. A list that there
 * is not leaves the lists as they are, and says so.
 */
import { subscribe, tellLists } from '../../shared/edge/socket/lists.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(route('subscribePullModeList', subscribe, { unlessDone: tellLists }));
