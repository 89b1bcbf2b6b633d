/**
 * Signing in at the development issuer, which believes whoever says who they are. It is served by
 * the local runtime only.
 */

export interface Person {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly roles: readonly string[];
  readonly team?: { readonly teamName: string };
}

/** Everybody whom the local runtime knows and who may have a desk. */
export async function people(): Promise<readonly Person[]> {
  const everybody: readonly Person[] = await (await fetch('oidc/people')).json();
  return everybody.filter(({ roles }) => roles.includes('agent') || roles.includes('supervisor'));
}

/** A token for this person, made anew when it is asked for. */
export async function tokenOf(person: string): Promise<string> {
  const response = await fetch(`oidc/token?person=${encodeURIComponent(person)}`);
  const answer: { access_token?: string; error_description?: string } = await response.json();
  if (!answer.access_token) throw new Error(answer.error_description ?? 'There is no token.');
  return answer.access_token;
}

/** One token for all calls until it is about to expire. */
export function keptToken(person: string): () => Promise<string> {
  const keptMs = 60 * 60_000;
  let token: Promise<string> | undefined;
  let until = 0;
  return () => {
    if (token && Date.now() < until) return token;
    until = Date.now() + keptMs;
    token = tokenOf(person);
    token.catch(() => (token = undefined));
    return token;
  };
}
