/**
 * Which route of an HTTP API a request takes: the most specific one, a path before a greedy path, a
 * method before ANY, then `$default`.
 */
import type { HttpRoute } from '../template/routes.ts';

export interface Match {
  route: HttpRoute;
  parameters: Record<string, string>;
}

export function routeTable(routes: HttpRoute[]): (method: string, path: string) => Match | undefined {
  const table = routes.map((route) => ({ route, ...parse(route.key) })).toSorted((a, b) => b.weight - a.weight);
  return (method, path) => {
    for (const { route, method: wanted, pattern } of table) {
      if (wanted !== 'ANY' && wanted !== method) continue;
      const found = pattern.exec(path);
      if (found) return { route, parameters: decoded(found.groups ?? {}) };
    }
    return undefined;
  };
}

function parse(key: string): { method: string; pattern: RegExp; weight: number } {
  if (key === '$default') return { method: 'ANY', pattern: /^/, weight: -1 };
  const [method = '', path = ''] = key.split(' ');
  const segments = path.split('/').slice(1);
  const pattern = segments.map((segment) => {
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
    if (!name) return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return `(?<${name.replace(/\W/g, '_')}>${greedy ? '.+' : '[^/]+'})`;
  });
  // A literal segment weighs most, then a parameter, then a greedy one; the method decides between
  // equal paths.
  const weights = segments.map((segment) => (segment.endsWith('+}') ? 1 : segment.startsWith('{') ? 10 : 20));
  const weight = weights.reduce((sum, each) => sum + each, 0) + (method === 'ANY' ? 0 : 0.5);
  return { method, pattern: new RegExp(`^/${pattern.join('/')}$`), weight };
}

const decoded = (groups: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, safeDecode(value)]));

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
