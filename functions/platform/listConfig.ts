/**
 * `GET /config/{kind}?search=text&after=…&limit=n`: all configuration of one kind, or a page of it
 * or of what is found.
 */
import { kindOf, listConfig, READING, shownTo } from '../../shared/edge/http/configuration.ts';
import { parseQuery, reading } from '../../shared/edge/http/platform.ts';
import { ConfigQuery } from '../../shared/protocol/platform.ts';
import { look } from '../../shared/edge/trigger.ts';

export const on = look(
  reading(async ({ app, identity, params, query }) => {
    const { items, ...more } = await listConfig(app, kindOf(params['kind']), parseQuery(ConfigQuery, query));
    return { statusCode: 200, body: { items: items.map((item) => shownTo(identity, item)), ...more } };
  }, READING),
);
