/** Structured logs. Messages and tokens never get here: callers log ids, codes and counts only. */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../../edge/app.ts';

export const logger = new Logger();

export const log: Log = {
  info: (message, fields) => logger.info(message, tidy(fields)),
  warn: (message, fields) => logger.warn(message, tidy(fields)),
  error: (message, fields) => logger.error(message, tidy(fields)),
};

/**
 * An error is a name, a message and a stack; what else hangs on it (a request, a body) stays out.
 */
function tidy(fields: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, textOf(value)]));
}

function textOf(value: unknown): string {
  if (value instanceof Error) return value.stack ?? `${value.name}: ${value.message}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
