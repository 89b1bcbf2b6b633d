/** Somebody who manages pull lists closes a request: the chat ends for all who are in it. */
import { close } from '../../shared/edge/socket/lists.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(route('deletePullModeRequest', close));
