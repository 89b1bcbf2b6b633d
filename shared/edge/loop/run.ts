/**
 * The shell as one loop: a decision is saved and delivered, and what follows from it waits until
 * whoever asked has their answer. Then one command after the other is run, each an attempt of its
 * own, until none is left. No other file of the shell knows all of its parts.
 */
import type { AgentEvent } from '../../domain/agent/agent.ts';
import type { Decision, World } from '../../domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../domain/decide.ts';
import type { App } from '../app.ts';
import { show } from '../follow/live.ts';
import { lose } from '../follow/lose.ts';
import { findWork, place } from '../follow/matching.ts';
import { releaseTask } from '../follow/release.ts';
import { commandsAfter, type Command } from './commands.ts';
import { deliver } from './deliver.ts';
import { saveAgent, saveConversation, saveNew, type AgentOptions, type ConversationOptions } from './save.ts';
import type { Saved, SavedAgent, Steps } from './saved.ts';

/**
 * So much follows in one invocation, commands and their decisions: far below what its time allows.
 * The timers do the rest.
 */
export const MOST_STEPS = 100;

/** Runs what was asked, and then what follows from it, whether it was granted or not. */
export async function inLoop<R>(app: App, act: (loop: Loop) => Promise<R>): Promise<R> {
  const loop = new Loop(app);
  try {
    return await act(loop);
  } finally {
    await loop.finish();
  }
}

export class Loop {
  readonly #app: App;
  readonly #commands: Command[] = [];
  #answered = false;
  #acknowledged = false;

  constructor(app: App) {
    this.#app = app;
  }

  /** Was the answer to the frame written with a decision? Then it stands. */
  get answered(): boolean {
    return this.#answered;
  }

  /** Has whoever asked got their acknowledgement with what was delivered? */
  get acknowledged(): boolean {
    return this.#acknowledged;
  }

  /** One agent changes by themselves. */
  async applyToAgent(agentId: string, event: AgentEvent, options?: AgentOptions): Promise<SavedAgent['agent']> {
    const saved = await saveAgent(this.#app, agentId, event, options);
    await this.#deliver(saved);
    return saved.agent;
  }

  /** A conversation changes, and with it the agents whom that touches. */
  async applyToConversation(id: string, event: ConversationEvent, options?: ConversationOptions): Promise<Decision> {
    const saved = await saveConversation(this.#app, id, event, options);
    await this.#deliver(saved);
    return saved.decision;
  }

  /**
   * A conversation that does not exist yet. A `Conflict` means that the channel session has one
   * already.
   */
  async startConversation(world: World, event: ConversationEvent, startedBy: string): Promise<void> {
    await this.#deliver(await saveNew(this.#app, world, event, startedBy));
  }

  /** Does something now and step by step, as part of what was asked. */
  async take<R>(steps: Steps<R>): Promise<R> {
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      await this.#deliver(step.value);
    }
  }

  /** Runs a command now, as what was asked: unlike those that follow, it fails where it fails. */
  async perform(command: Command): Promise<void> {
    await this.take(this.#stepsOf(command));
  }

  /** This follows, too. */
  later(...commands: readonly Command[]): void {
    this.#commands.push(...commands);
  }

  /**
   * Whatever follows is done. What fails, or is too much, is left to the timers that were started
   * before the save that it follows from.
   */
  async finish(): Promise<void> {
    let left = MOST_STEPS;
    for (let command = this.#commands.shift(); command; command = this.#commands.shift()) {
      if (--left < 0) break;
      try {
        for await (const saved of this.#stepsOf(command)) {
          await this.#deliver(saved);
          if (--left < 0) break;
        }
      } catch (error) {
        this.#app.log.warn('left to the backup timer', { command: command.kind, error });
      }
    }
    if (left < 0) this.#app.log.warn('more follows than one invocation does: left to the backup timers');
    this.#commands.length = 0;
  }

  async #deliver(saved: Saved): Promise<void> {
    if (saved.written && saved.by?.request && !saved.by.request.part) this.#answered = true;
    const delivered = await deliver(this.#app, saved);
    if (delivered.acknowledged) this.#acknowledged = true;
    this.later(...commandsAfter(saved, delivered));
  }

  async *#stepsOf(command: Command): Steps {
    switch (command.kind) {
      case 'showSnapshot': {
        const { agentId, connectionId } = command;
        if ((yield* show(this.#app, command)) === 'gone') this.later({ kind: 'lose', agentId, connectionId });
        return;
      }
      case 'lose':
        return yield* lose(this.#app, command);
      case 'listNews': {
        const { listId, conversationId, seq } = command;
        return this.#app.lists.announce({ listId, conversationId, seq });
      }
      case 'releaseTask':
        return yield* releaseTask(this.#app, command);
      case 'placeRequest':
        return yield* place(this.#app, command);
      case 'findWork':
        return yield* findWork(this.#app, command);
      default:
        command satisfies never;
    }
  }
}
