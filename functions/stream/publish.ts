/** Every event of a conversation leaves from the table's stream, in order, so nothing that was acknowledged can be lost on the way out. */
import { EventItem, publishLogged } from '../../shared/aws/topic.ts';
import { onStream } from '../../shared/aws/lambda.ts';

export const handler = onStream(EventItem, publishLogged);
