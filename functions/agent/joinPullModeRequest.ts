/**
 * The agent picks a conversation from a pull list: an active task at once, in any state while
 * logged in.
 */
import { join } from '../../shared/edge/socket/lists.ts';
import { route } from '../../shared/edge/socket/route.ts';
import { message } from '../../shared/edge/trigger.ts';

export const on = message(route('joinPullModeRequest', join));
