/**
 * JSON as queues take it: in ASCII alone. SQS refuses or replaces characters that XML does not
 * know, and not everybody who speaks for SQS agrees on which these are.
 */

export function queued(value: unknown): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
