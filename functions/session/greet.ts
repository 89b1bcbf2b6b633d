/** A desk has connected and is told everything that it must know. */
import { Greeting } from '../../shared/edge/app.ts';
import { greet } from '../../shared/edge/socket/greet.ts';
import { queue } from '../../shared/edge/trigger.ts';

export const on = queue(['app'], Greeting, ({ app }, greeting) => greet(app, greeting));
