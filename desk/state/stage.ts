/** From opening the page to a desk and back: who is signed in, by whom, and why nobody is. */
import { signal } from '@preact/signals';
import { AgentManagerError, connect } from '../../shared/client/client.ts';
import { Api } from '../api.ts';
import { readSettings, type Settings } from '../settings.ts';
import * as development from '../sign-in/development.ts';
import type { Issuer } from '../sign-in/oidc.ts';
import { inWords } from '../words.ts';
import { Desk } from './desk.ts';
import { Drafts, type Draft } from './drafts.ts';

export type Stage =
  | { readonly name: 'opening' }
  | { readonly name: 'broken'; readonly why: string }
  | { readonly name: 'signedOut'; readonly people: readonly development.Person[]; readonly why?: string }
  | { readonly name: 'connecting' }
  | { readonly name: 'desk'; readonly desk: Desk }
  /** Another desk has taken over. */
  | { readonly name: 'replaced' };

export const stage = signal<Stage>({ name: 'opening' });
export const settings = signal<Settings | null>(null);

/** What was typed at a desk that is no more, and not sent. */
export const unsent = signal<readonly Draft[]>([]);

/** Kept while the same agent comes and goes. */
let drafts = new Drafts('');

/** The demo person who is signed in in this tab, across reloads. */
const PERSON = 'agent-desk.person';

let issuer: Issuer | undefined;

export async function open(): Promise<void> {
  try {
    const given = await readSettings();
    settings.value = given;
    if (given.development) {
      const person = sessionStorage.getItem(PERSON);
      return person === null ? await showSignIn() : await signInAs(person);
    }
    const { issuerOf } = await import('../sign-in/oidc.ts');
    issuer = issuerOf(given);
    if (await issuer.token()) await enter(requiredToken);
    else await showSignIn();
  } catch (error) {
    stage.value = { name: 'broken', why: inWords(error) };
  }
}

/** As one of the demo people. */
export async function signInAs(person: string): Promise<void> {
  sessionStorage.setItem(PERSON, person);
  await enter(development.keptToken(person));
}

/** At the issuer's page. */
export async function signInAtIssuer(): Promise<void> {
  await issuer?.signIn().catch((error: unknown) => {
    stage.value = { name: 'broken', why: inWords(error) };
  });
}

async function requiredToken(): Promise<string> {
  const token = await issuer?.token();
  if (!token) throw new AgentManagerError('auth.missing', 'Nobody is signed in.', { task: 'connect' });
  return token;
}

async function enter(token: () => Promise<string>): Promise<void> {
  const given = settings.value;
  if (!given) return;
  stage.value = { name: 'connecting' };
  const { wsUrl: url, httpUrl } = given;
  try {
    const agent = await connect({ url, token, handshakeUrl: `${httpUrl}/handshake` });
    if (drafts.agentId !== agent.id) drafts = new Drafts(agent.id);
    unsent.value = [];
    const desk = new Desk(agent, new Api(httpUrl, token), drafts);
    stage.value = { name: 'desk', desk };
    void agent.closed.then((error) => left(desk, error));
  } catch (error) {
    const away = error instanceof AgentManagerError && error.code === 'client.unreachable';
    if (away) stage.value = { name: 'broken', why: inWords(error) };
    else await showSignIn(inWords(error));
  }
}

/** The agent gives up what they had not sent. */
export function discardUnsent(): void {
  drafts = new Drafts('');
  unsent.value = [];
}

async function left(desk: Desk, error: AgentManagerError | undefined): Promise<void> {
  desk.close();
  if (desk.signsOut) discardUnsent();
  unsent.value = drafts.unsent();
  if (error?.code === 'session.replaced') {
    stage.value = { name: 'replaced' };
    return;
  }
  const loggedOut = !error || error.code === 'client.closed';
  await showSignIn(loggedOut ? 'You have signed out.' : inWords(error));
}

async function showSignIn(why?: string): Promise<void> {
  sessionStorage.removeItem(PERSON);
  await issuer?.forget();
  const people = settings.value?.development ? await development.people() : [];
  stage.value = { name: 'signedOut', people, ...(why === undefined ? {} : { why }) };
}
