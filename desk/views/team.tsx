/**
 * What a supervisor sees: the agents of their teams, queues and lists, as they are now; from there
 * they watch, set somebody's state, end a wrap-up, or sign somebody out.
 */
import { useEffect, useState } from 'preact/hooks';
import { attempt } from '../state/notices.ts';
import type { AgentFigure, Figures } from '../state/team.ts';
import { agentStateInWords, mrdStateInWords } from '../words.ts';
import { useDesk } from './context.ts';
import { Drawn } from './parts/drawn.tsx';
import { Avatar, Confirm, Menu, Since } from './parts/parts.tsx';
import { workStates } from './parts/states.ts';
import { useSteady, type Still } from './parts/steady.ts';

export function TeamPane() {
  const { team } = useDesk();
  const figures = team.figures.value;
  useEffect(() => team.watch(), [team]);
  return (
    <section class="team-pane" aria-label="Team">
      {figures ? <Floor figures={figures} /> : <p class="side-empty muted">Waiting for the figures …</p>}
    </section>
  );
}

function Floor({ figures }: { figures: Figures }) {
  const { agents, queues, lists, entrusted, teams } = figures;
  const ready = agents.filter(({ state }) => state.name === 'READY').length;
  const talks = new Set(
    agents.flatMap(({ conversations }) => conversations.map(({ conversationId }) => conversationId)),
  );
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const order = agents.toSorted((a, b) => rank(a) - rank(b) || nameOf(a).localeCompare(nameOf(b)));
  const { rows, still, pointer } = useSteady(order, ({ id }) => id);
  return (
    <>
      <dl class="totals">
        <Total label="Agents ready" value={ready} of={agents.length} />
        <Total label="Conversations" value={talks.size} />
        <Total label="In queues" value={waiting} />
        <Total label="With the platform" value={entrusted.customers} {...(entrusted.more && { or: 'more' })} />
      </dl>
      <h2>{teams.map(({ teamName }) => teamName).join(', ') || 'No team'}</h2>
      <ul class="agents" {...pointer}>
        {rows.map((agent) => (
          <Drawn key={agent.id} of={agent} what="This agent">
            <AgentRow agent={agent} still={still(agent)} />
          </Drawn>
        ))}
      </ul>
      <div class="tables">
        <table>
          <caption>Queues</caption>
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col">Waiting</th>
              <th scope="col">Longest</th>
              <th scope="col">Ready</th>
            </tr>
          </thead>
          <tbody>
            {queues.map(({ id, name, waiting: count, longestWaitSince, agentsReady }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td class={count > 0 ? 'warn' : ''}>{count}</td>
                <td>{longestWaitSince === null ? '–' : <Since at={longestWaitSince} />}</td>
                <td>{agentsReady}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table>
          <caption>Lists</caption>
          <thead>
            <tr>
              <th scope="col">List</th>
              <th scope="col">Waiting</th>
              <th scope="col">With agents</th>
            </tr>
          </thead>
          <tbody>
            {lists.map(({ id, name, waiting: count, active }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>{count}</td>
                <td>{active}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Total({ label, value, of, or }: { label: string; value: number; of?: number; or?: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {value}
        {of !== undefined && <small> of {of}</small>}
        {or !== undefined && <small> or {or}</small>}
      </dd>
    </div>
  );
}

function AgentRow({ agent, still }: { agent: AgentFigure; still: Still }) {
  const desk = useDesk();
  const [asking, ask] = useState(false);
  const [ending, end] = useState<string | null>(null);
  const { state, stateChangeTime, connected, mrds, conversations, missed, id } = agent;
  const name = nameOf(agent);
  const out = state.name === 'LOGOUT';
  const watchable = conversations.filter(({ phase, mrdId }) => phase === 'ACTIVE' && mrdId !== null);
  const wrapUps = conversations.filter(({ phase }) => phase === 'WRAP_UP');
  const busy = conversations.flatMap(({ phase, mrdId }) =>
    mrdId === null ? 'supervises' : phase === 'RESERVED' ? 'rings' : [],
  );
  const words = out
    ? 'Signed out'
    : !connected
      ? 'Connection lost'
      : (state.reasonCode?.name ?? agentStateInWords[state.name]);
  return (
    <li class={`agent-row ${out ? 'out' : ''}`} {...still}>
      <Avatar name={name} small />
      <span class="agent-name">
        <b>{name}</b>
        <small>
          <span
            class={`dot ${out ? 'out' : !connected ? 'lost' : state.name === 'READY' ? 'ready' : 'away'}`}
            aria-hidden="true"
          />
          {words} <Since at={stateChangeTime} />
          {!out && missed.rona + missed.declined > 0 && ` · ${missed.rona} missed, ${missed.declined} declined`}
        </small>
      </span>
      <span class="agent-mrds">
        {!out &&
          mrds.map((mrd) => (
            <span
              key={mrd.id}
              class={`slots-of ${mrd.state.toLowerCase()}`}
              title={`${mrd.name}: ${mrdStateInWords[mrd.state]}`}
            >
              <small>
                {mrd.name}
                <span class="hidden">, {mrdStateInWords[mrd.state]}</span>
              </small>
              <meter min={0} max={mrd.max} value={mrd.used} aria-label={`${mrd.name}: slots used`} />
              <span class="time">
                {mrd.used}/{mrd.max}
              </span>
            </span>
          ))}
      </span>
      <span class="agent-talks">
        {busy.map((words, index) => (
          <span key={index} class="chip">
            {words}
          </span>
        ))}
        {wrapUps.map(({ conversationId }, index) => (
          <button key={conversationId} type="button" class="small" onClick={() => end(conversationId)}>
            End wrap-up{wrapUps.length > 1 && ` ${index + 1}`}
            <span class="hidden"> of {name}</span>
          </button>
        ))}
        {watchable.map(({ conversationId }, index) => (
          <button
            key={conversationId}
            type="button"
            class="small"
            aria-pressed={desk.sight.id.value === conversationId}
            onClick={() => void desk.watch(conversationId)}
          >
            <span class={index > 0 ? 'hidden' : ''}>Watch</span>
            {watchable.length > 1 && ` ${index + 1}`}
            <span class="hidden"> {name}</span>
          </button>
        ))}
      </span>
      {!out && (
        <span class="agent-is">
          <Menu
            class="small"
            choices={workStates(
              desk.directory.reasons.value,
              (become, reason) => () => void attempt(desk.agent.setStateOf(id, become, reason)),
            )}
          >
            State<span class="hidden"> of {name}</span>
          </Menu>
          <button type="button" class="small danger-quiet" onClick={() => ask(true)}>
            Sign out<span class="hidden"> {name}</span>
          </button>
        </span>
      )}
      {asking && (
        <Confirm
          title={`Sign ${name} out?`}
          text="Their customers go back to their queues at once."
          action="Sign out"
          run={() => desk.api.call('POST', `/agents/${encodeURIComponent(id)}/logout`)}
          close={() => ask(false)}
        />
      )}
      {ending !== null && (
        <Confirm
          title={`End the wrap-up of ${name}?`}
          text="They are free at once. What they have not saved is not kept with the conversation."
          action="End wrap-up"
          run={() => desk.agent.endWrapUp(ending, id)}
          close={() => end(null)}
        />
      )}
    </li>
  );
}

function nameOf({ firstName, lastName, username }: AgentFigure): string {
  return `${firstName} ${lastName}`.trim() || username;
}

/** Who is there comes first. */
function rank({ state }: AgentFigure): number {
  return state.name === 'LOGOUT' ? 1 : 0;
}
