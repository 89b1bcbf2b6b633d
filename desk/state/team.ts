/**
 * The figures of the teams that a supervisor watches. They are pushed, whole, at most once a
 * second, in pages where they are large.
 */
import { signal } from '@preact/signals';
import type { Agent, ManagerPayload } from '../../shared/client/client.ts';
import { attempt } from './notices.ts';

export type Figures = ManagerPayload<'onTeam'>;
export type AgentFigure = Figures['agents'][number];

export class Team {
  readonly figures = signal<Figures | null>(null);
  readonly #agent: Agent;
  #pages: Figures | null = null;

  constructor(agent: Agent) {
    this.#agent = agent;
    agent.on('onTeam', (page) => this.#received(page));
  }

  /** Watches until it is told to stop. */
  watch(): () => void {
    void attempt(this.#agent.request('subscribeTeam', {}));
    return () => {
      this.#agent.request('subscribeTeam', { subscribe: false }).catch(() => {}); // a desk that closes watches nothing
    };
  }

  /**
   * Pages of the same figures have the same instant, and what is older than what is shown was
   * overtaken.
   */
  #received({ more, ...page }: Figures): void {
    if (page.at < (this.figures.value?.at ?? 0)) return;
    const before = this.#pages?.at === page.at ? this.#pages : null;
    const figures = {
      ...page,
      agents: [...(before?.agents ?? []), ...page.agents],
      queues: [...(before?.queues ?? []), ...page.queues],
      lists: [...(before?.lists ?? []), ...page.lists],
    };
    this.#pages = more ? figures : null;
    if (!more) this.figures.value = figures;
  }
}
