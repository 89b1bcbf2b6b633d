/**
 * The platform's HTTP API, as far as a desk uses it. What an answer holds is the manager's promise,
 * which its own tests hold it to.
 */
import type { Code } from '../shared/protocol/codes.ts';
import { ApiError } from './words.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextAfter: string | null;
}

export class Api {
  readonly #base: string;
  readonly #token: () => Promise<string>;

  constructor(base: string, token: () => Promise<string>) {
    this.#base = base;
    this.#token = token;
  }

  /** Rejects with an `ApiError`. */
  async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${await this.#token()}`, 'content-type': 'application/json' };
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.#base}${path}`, { method, headers, ...given }).catch(() => {
      throw new ApiError('client.unreachable', 'No answer.');
    });
    const answer: unknown = await response.json().catch(() => ({}));
    if (response.ok) return answer as T;
    const { code = 'internal', detail = '' } = answer as { code?: Code; detail?: string };
    throw new ApiError(code, detail);
  }

  /** All configuration of one kind. */
  async list<T>(kind: string): Promise<readonly T[]> {
    return (await this.call<{ items: readonly T[] }>('GET', `/config/${kind}`)).items;
  }

  /** The first page of one kind, or of what is found of it. */
  async page<T>(kind: string, { search, limit }: { search: string; limit: number }): Promise<Page<T>> {
    const asked = new URLSearchParams({ ...(search && { search }), limit: String(limit) });
    return this.call<Page<T>>('GET', `/config/${kind}?${asked}`);
  }
}
