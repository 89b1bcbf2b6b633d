/** `GET /conversations/{id}/routing`: why each open task is where it is. */
import { explainRouting as explain } from '../../shared/edge/http/explain.ts';
import { reading } from '../../shared/edge/http/platform.ts';
import { LOOKING, mustBeReadable } from '../../shared/edge/socket/supervision.ts';
import { look } from '../../shared/edge/trigger.ts';

export const on = look(
  reading(async ({ app, identity, params: { id = '' } }) => {
    const conversation = await app.store.conversation(id);
    if (conversation) mustBeReadable(identity, conversation);
    return { statusCode: 200, body: { tasks: await explain(app, id) } };
  }, LOOKING),
);
