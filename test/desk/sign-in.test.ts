/**
 * The desk as it is deployed: static files that are told by their config.json where everything is,
 * and a sign-in at the organisation's issuer.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { bundleDesk } from '../../infra/build-desk.ts';
import { DeskPage } from '../support/desk-page.ts';
import { deskCentre, visitorsOf } from '../support/browser.ts';
import { fileHost, identityProvider, type Host } from '../support/identity-provider.ts';

const centre = deskCentre();
const { visit } = visitorsOf(centre);
const hosts: Host[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});

async function deployed(config: (issuer: string) => unknown, tokenFor = () => centre.stack.token('amy')) {
  const issuer = await identityProvider('agent-desk', tokenFor);
  const files = new Map<string, Uint8Array | string>(await bundleDesk());
  files.set('config.json', JSON.stringify(config(issuer.url)));
  const desk = await fileHost(files);
  hosts.push(issuer, desk);
  return { desk, issuer };
}
const settings = (issuer: string) => {
  const { wsUrl, httpUrl } = centre.stack;
  return { wsUrl, httpUrl, issuer, clientId: 'agent-desk' };
};

describe('At a deployed desk', () => {
  it('an agent signs in at the issuer, stays so over a reload, and signs out', async () => {
    const { desk, issuer } = await deployed(settings);
    const page = await visit({ url: desk.url });
    const amy = await DeskPage.signIn(page, 'Sign in');
    expect(new URL(page.url()).search).toBe('');
    await amy.become('Ready');
    await amy.has(page.getByRole('button', { name: 'Customers' }), 0);
    await page.reload();
    await amy.connected();
    await amy.state('Ready').waitFor();
    expect(issuer.grants).toBe(1);
    await page.getByRole('button', { name: /^Your state/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click();
    await page.getByText('You have signed out.').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('somebody without a role is told so', async () => {
    const nobody = { id: 'eve', firstName: 'Eve', lastName: 'Doe', roles: ['customer'] };
    const { desk } = await deployed(settings, () => centre.stack.token(nobody));
    const page = await visit({ url: desk.url });
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Your account has no role at this desk.').waitFor();
  });

  it('a config.json that lacks something says what', async () => {
    const { desk } = await deployed(() => ({ wsUrl: 'wss://x', httpUrl: 'https://x', issuer: 'https://id' }));
    await (await visit({ url: desk.url })).getByText('does not say clientId').waitFor();
  });
});
