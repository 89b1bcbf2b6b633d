/**
 * PROTOCOL.md says what the schemas say: a heading per event, examples that they accept, every
 * alias, code and route.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { agentEvents, aliases, canonical } from '../../shared/protocol/agent-events.ts';
import { codes } from '../../shared/protocol/codes.ts';
import { parseFrame } from '../../shared/protocol/frame.ts';
import { managerEvents, type ManagerEventName } from '../../shared/protocol/manager-events.ts';
import { mayPass } from '../../shared/protocol/retry.ts';
import { configKinds } from '../../shared/protocol/shapes/config.ts';
import { loginRoutes } from '../../shared/protocol/login.ts';
import { platformRoutes } from '../../shared/protocol/platform.ts';
import { explain } from '../../shared/protocol/values.ts';

const text = readFileSync(new URL('../../shared/protocol/PROTOCOL.md', import.meta.url), 'utf8');
/** The same as it is read: where a line ends says nothing. */
const flowing = text.replaceAll(/\s+/g, ' ');
const sections = text
  .split(/^### /m)
  .slice(1)
  .map((section) => {
    const [name = '', ...lines] = section.split('\n');
    return { name: name.replaceAll('\\', ''), content: lines.join('\n').split(/^## /m)[0] ?? '' };
  });
const events = [...Object.keys(agentEvents), ...Object.keys(managerEvents)];

const Outgoing = z.object({ event: z.string(), data: z.unknown() });
const isManagerEvent = (name: string): name is ManagerEventName => Object.hasOwn(managerEvents, name);

/** What is wrong with an example, in words; nothing where it is a frame that would be taken. */
function complaint(example: string, event: string): string | undefined {
  const outgoing = Outgoing.safeParse(JSON.parse(example));
  if (outgoing.success) {
    const name = outgoing.data.event;
    if (name !== event || !isManagerEvent(name)) return `${name} under ${event}`;
    const { error } = managerEvents[name].safeParse(outgoing.data.data);
    return error && explain(error);
  }
  const parsed = parseFrame(example);
  if (!parsed.ok) return parsed.msg;
  const name = canonical(parsed.frame.action);
  if (!name || name !== event) return `${parsed.frame.action} under ${event}`;
  const { error } = agentEvents[name].safeParse(parsed.frame.data);
  return error && explain(error);
}

describe('PROTOCOL.md', () => {
  it('has one heading per event, and no other', () => {
    expect(sections.map(({ name }) => name).sort()).toEqual(events.sort());
  });

  it.each(sections)('shows what a $name looks like, and the schema agrees', ({ name, content }) => {
    const examples = [...content.matchAll(/```json\n([\s\S]*?)```/g)].map(([, example]) => example ?? '');
    expect(examples).not.toEqual([]);
    for (const example of examples) expect(complaint(example, name)).toBeUndefined();
  });

  it.each(Object.entries(aliases))('names the alias "%s" under the event', (alias, event) => {
    expect(sections.find(({ name }) => name === event)?.content).toContain(`\`${alias}\``);
  });

  it('marks what is ours', () => {
    const ours = sections.filter(({ content }) => content.includes('**Ours.**')).map(({ name }) => name);
    expect(ours.sort()).toEqual([
      'ack',
      'cancelAssistanceRequest',
      'declineTask',
      'endWrapup',
      'extendWrapup',
      'heartbeat',
      'offerReceived',
      'onAgentReplay',
      'onAssistanceOutcome',
      'onSessionReady',
      'onSupervisorAction',
      'onTeam',
      'onTopicReplay',
      'refreshToken',
      'replayAgentEvents',
      'replayTopic',
      'setStateOfAgent',
      'subscribeTeam',
      'superviseConversations',
      'tokenExpiring',
    ]);
  });

  it('lists every code as it is', () => {
    const rows = [...text.matchAll(/^\| `([\w.]+)` +\| (client|state|server) +\| (yes|no) +\| (\d+) +\| (.*?) +\|$/gm)];
    const listed = rows.map(([, code, fault, retry, status, meaning]) => [
      code,
      { meaning, fault, retry: retry === 'yes', status: Number(status) },
    ]);
    const codified = Object.entries(codes).map(([code, more]) => [code, { ...more, retry: mayPass(code) }]);
    expect(listed).toEqual(codified);
  });

  it.each(Object.keys(agentEvents).filter((name) => name !== 'heartbeat'))('says how %s may fail', (event) => {
    const content = sections.find(({ name }) => name === event)?.content ?? '';
    const named = [...(/^Errors: (.*?)\n\n/ms.exec(content)?.[1] ?? '').matchAll(/`([a-zA-Z]+\.[a-zA-Z]+)`/g)];
    expect(named).not.toEqual([]);
    for (const [, code] of named) expect(Object.keys(codes)).toContain(code);
  });

  it.each([...platformRoutes, ...loginRoutes])('describes $method $path', ({ method, path }) => {
    expect(flowing).toContain(`\`${method} ${path}\``);
  });

  it.each(configKinds)('describes the configuration of %s', (kind) => expect(flowing).toContain(`- \`${kind}\`: `));
});

describe('a code', () => {
  it.each(Object.entries(codes))('%s says what it means, and has a status that fits the fault', (_, code) => {
    expect(code.meaning).toMatch(/^[A-Z].*\.$/);
    expect(code.status).toBeGreaterThanOrEqual(400);
    expect(code.status >= 500).toBe(code.fault === 'server' && code.status !== 409);
  });

  it('tells a desk when trying again may help', () => {
    const again = Object.keys(codes).filter(mayPass);
    const codesToRetry = [
      'agent.notRoutable',
      'auth.notYetValid',
      'frame.tooMany',
      'internal',
      'session.notConnected',
      'state.conflict',
    ];
    expect(again.sort()).toEqual(codesToRetry);
  });
});
