/** A desk has connected and is told everything that it must know. */
import { app } from '../../shared/aws/app.ts';
import { onQueue } from '../../shared/aws/lambda.ts';
import { Greeting } from '../../shared/edge/app.ts';
import { greet } from '../../shared/edge/socket/greet.ts';

export const handler = onQueue(Greeting, (greeting) => greet(app, greeting));
