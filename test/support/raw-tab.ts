/**
 * A tab of a browser that nobody has told to make things easy for tests: Playwright keeps timers of
 * hidden pages running and pages visible. Spoken to over the DevTools protocol. The tab is hidden
 * as by a person, who minimizes its window.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { browserProgram } from './launch.ts';

/** A frame of a WebSocket of the page. */
export interface PageFrame {
  readonly direction: 'sent' | 'received';
  readonly at: number;
  readonly text: string;
}

export interface RawTab {
  /** All frames so far, of all WebSockets of the page. */
  readonly frames: readonly PageFrame[];
  /** Evaluates an expression in the page; of a promise, what becomes of it. */
  evaluate(expression: string): Promise<unknown>;
  /** Clicks on the first element that fits and shows this, as soon as there is one. */
  click(selector: string, words: string): Promise<void>;
  become(state: 'minimized' | 'normal'): Promise<void>;
  close(): Promise<void>;
}

const Answer = z.object({ id: z.number(), result: z.unknown(), error: z.object({ message: z.string() }).optional() });
const Event = z.object({ method: z.string(), params: z.looseObject({ response: z.object({ payloadData: z.string() }).optional() }) }); // prettier-ignore
const directions: Record<string, PageFrame['direction']> = {
  'Network.webSocketFrameSent': 'sent',
  'Network.webSocketFrameReceived': 'received',
};

/** `args` are switches of the browser. */
export async function openRawTab(url: string, args: readonly string[]): Promise<RawTab> {
  const { executablePath, args: usual, env } = browserProgram();
  const profile = mkdtempSync(join(tmpdir(), 'tab-'));
  const own = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const browser = spawn(executablePath, [...usual, ...own, ...args, 'about:blank'], { env });
  const gone = new Promise<void>((resolve) => browser.once('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    let said = '';
    browser.once('error', reject);
    browser.once('exit', () => reject(new Error(`The browser has ended: ${said}`)));
    browser.stderr.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      const listening = /listening on (ws:\S+)/.exec(said)?.[1];
      if (listening) resolve(listening);
    });
  });
  const devtools = new WebSocket(address);
  await new Promise((resolve, reject) => devtools.once('open', resolve).once('error', reject));

  const frames: PageFrame[] = [];
  const answers = new Map<number, (answer: z.output<typeof Answer>) => void>();
  devtools.on('message', (bytes: Buffer) => {
    const message: unknown = JSON.parse(bytes.toString());
    const answer = Answer.safeParse(message);
    if (answer.success) return answers.get(answer.data.id)?.(answer.data);
    const event = Event.safeParse(message).data;
    const direction = directions[event?.method ?? ''];
    if (direction) frames.push({ direction, at: Date.now(), text: event?.params.response?.payloadData ?? '' });
  });
  let asked = 0;
  async function ask<T>(shape: z.ZodType<T>, method: string, params: object = {}, sessionId?: string): Promise<T> {
    const id = (asked += 1);
    const answered = new Promise<z.output<typeof Answer>>((resolve) => answers.set(id, resolve));
    devtools.send(JSON.stringify({ id, method, params, sessionId }));
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return shape.parse(result);
  }

  const { targetId } = await ask(z.object({ targetId: z.string() }), 'Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await ask(z.object({ sessionId: z.string() }), 'Target.attachToTarget', { targetId, flatten: true }); // prettier-ignore
  const { windowId } = await ask(z.object({ windowId: z.number() }), 'Browser.getWindowForTarget', { targetId });
  await ask(z.unknown(), 'Network.enable', {}, sessionId);
  await ask(z.unknown(), 'Page.navigate', { url }, sessionId);

  const Evaluated = z.object({
    result: z.looseObject({ value: z.unknown() }),
    exceptionDetails: z.unknown().optional(),
  });
  const tab: RawTab = {
    frames,
    async evaluate(expression) {
      const how = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await ask(Evaluated, 'Runtime.evaluate', how, sessionId);
      if (exceptionDetails !== undefined) throw new Error(`The page threw: ${JSON.stringify(exceptionDetails)}`);
      return result.value;
    },
    async click(selector, words) {
      const [where, what] = [selector, words].map((text) => JSON.stringify(text));
      const found = `[...document.querySelectorAll(${where})].find((one) => one.textContent.includes(${what}))`;
      for (let tries = 0; tries < 300; tries++) {
        if ((await tab.evaluate(`(() => { const one = ${found}; one?.click(); return one !== undefined; })()`)) === true) return; // prettier-ignore
        await wait(100);
      }
      throw new Error(`Nothing to click on says ${words}: ${String(await tab.evaluate('document.body.innerText'))}`);
    },
    async become(windowState) {
      await ask(z.unknown(), 'Browser.setWindowBounds', { windowId, bounds: { windowState } });
    },
    async close() {
      devtools.close();
      browser.kill();
      await gone;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return tab;
}
