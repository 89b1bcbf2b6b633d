/**
 * Signing in at the organisation's issuer: OIDC with the code flow and PKCE, by oidc-client-ts.
 * Tokens stay in this tab (session storage) and are renewed with the refresh token before they
 * expire.
 */
import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { Settings } from '../settings.ts';

export interface Issuer {
  /**
   * The access token of who is signed in here; undefined where nobody is. Completes a sign-in that
   * comes back from the issuer.
   */
  token(): Promise<string | undefined>;
  /** Leaves for the issuer's own page. */
  signIn(): Promise<void>;
  /** Forgets who was signed in here. */
  forget(): Promise<void>;
}

export function issuerOf({ issuer, clientId, scope }: Settings): Issuer {
  const page = location.origin + location.pathname;
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: page,
    response_type: 'code',
    scope,
    automaticSilentRenew: true,
    monitorSession: false,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
  });
  return {
    async token() {
      const returned = new URLSearchParams(location.search);
      if (returned.has('state') && (returned.has('code') || returned.has('error'))) {
        history.replaceState(null, '', page + location.hash); // a code is good once: not after a reload
        await manager.signinCallback(`${page}?${returned.toString()}`);
      }
      const user = await manager.getUser();
      if (user?.expired && user.refresh_token) return (await manager.signinSilent())?.access_token;
      return user && !user.expired ? user.access_token : undefined;
    },
    signIn: () => manager.signinRedirect(),
    forget: () => manager.removeUser(),
  };
}
