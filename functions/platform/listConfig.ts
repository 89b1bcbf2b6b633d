/** `GET /config/{kind}`: all configuration of one kind. */
import { kindOf, READING, shownTo } from '../../shared/edge/http/configuration.ts';
import { reading } from '../../shared/edge/http/platform.ts';
import { look } from '../../shared/edge/trigger.ts';

export const on = look(
  reading(async ({ app, identity, params }) => {
    const items = await app.config.list(kindOf(params['kind']));
    return { statusCode: 200, body: { items: items.map((item) => shownTo(identity, item)) } };
  }, READING),
);
