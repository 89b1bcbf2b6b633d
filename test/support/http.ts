/**
 * Calls of the platform API with all that an answer has: status, type of the content, and the
 * problem if it is one.
 */
import { expect } from 'vitest';
import type * as z from 'zod';
import { codes, type Code } from '../../shared/protocol/codes.ts';
import { Problem } from '../../shared/protocol/platform.ts';
import type { Centre } from './contact-centre.ts';
import { mustBeDescribed } from './held.ts';
import { isSmall, request as ask } from './small-stack.ts';

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

export interface Request {
  /** `null` sends none; by default the platform's. */
  readonly authorization?: string | null;
  readonly body?: string;
}

export async function http(centre: Centre, method: string, path: string, request: Request = {}): Promise<Answer> {
  const { authorization = `Bearer ${await centre.stack.token('platform')}`, body } = request;
  const headers = { 'content-type': 'application/json', ...(authorization === null ? {} : { authorization }) };
  const response = await ask(`${centre.stack.httpUrl}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  const answer = { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  if (isSmall) mustBeDescribed({ method, url: path, body, ...answer, answer: answer.text });
  return answer;
}

/**
 * The problem in an answer, which must be one as RFC 9457 wants it: with the status and the meaning
 * of its code.
 */
export function problemIn({ status, type, text }: Answer): z.output<typeof Problem> {
  const problem = Problem.parse(JSON.parse(text));
  expect(type).toBe('application/problem+json');
  expect(problem).toMatchObject({
    status,
    type: `urn:agent-manager:${problem.code}`,
    title: codes[problem.code].meaning,
  });
  expect(status).toBe(codes[problem.code].status);
  expect(Object.keys(problem).toSorted()).toEqual(['code', 'detail', 'status', 'title', 'type']);
  return problem;
}

/** The answer is a problem with this code. */
export async function refusedWith(code: Code, answer: Promise<Answer>): Promise<z.output<typeof Problem>> {
  const problem = problemIn(await answer);
  expect(problem.code).toBe(code);
  return problem;
}
