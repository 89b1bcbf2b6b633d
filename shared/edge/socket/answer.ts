/**
 * What somebody asked for, said to the connection that asked. It is a part of the request: where it
 * may not have arrived, the request is not done.
 */
import { Rejection } from '../../domain/rejection.ts';
import type { App } from '../app.ts';
import type { Caller } from '../loop/caller.ts';

/**
 * Throws a `Rejection` for the moment, so that the same request is sent again and answered again.
 */
export async function answerWith(app: App, by: Caller, frame: string): Promise<void> {
  if ((await app.sockets.post(by.connectionId, frame)) !== 'sent')
    throw new Rejection('internal', 'The answer could not be sent. Please ask again.');
}
