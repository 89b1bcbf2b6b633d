/**
 * Every event of a conversation leaves from the table's stream, in order, so nothing that was
 * acknowledged can be lost on the way out.
 */
import { OutwardEvent } from '../../shared/edge/app.ts';
import { stream } from '../../shared/edge/trigger.ts';

export const on = stream(['topic'], OutwardEvent, ({ topic }, events) => topic.publish(events));
