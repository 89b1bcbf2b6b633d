/**
 * Who the agent is, whether the desk is connected, their state with its reasons and timer, and a
 * toggle for each kind of work.
 */
import type { Presence } from '../../shared/client/client.ts';
import { attempt } from '../state/notices.ts';
import { settings } from '../state/stage.ts';
import { agentStateInWords, mrdStateInWords } from '../words.ts';
import { playing, useDesk } from './context.ts';
import { Avatar, Menu, Since, type Choice } from './parts/parts.tsx';
import { workStates } from './parts/states.ts';
import { ThemeButton } from './theme.tsx';

export function Header() {
  const desk = useDesk();
  const { firstName, lastName } = desk.presence.value.agent.keycloakUser;
  const name = `${firstName} ${lastName}`.trim() || desk.agent.id;
  return (
    <header class="top">
      <h1 class="hidden">Agent desk</h1>
      <div class="who">
        <Avatar name={name} small />
        <span class="name">
          <b>{name}</b>
          <Connection />
        </span>
      </div>
      <StateMenu />
      <div class="mrds" role="group" aria-label="Kinds of work">
        {desk.presence.value.agentMrdStates.map((mrd) => (
          <MrdToggle key={mrd.mrd.id} {...mrd} />
        ))}
      </div>
      <div class="tools">
        {desk.isSupervisor && (
          <button
            type="button"
            aria-pressed={desk.main.value === 'team'}
            onClick={() => {
              desk.main.value = desk.main.value === 'team' ? 'desk' : 'team';
            }}
          >
            Team
          </button>
        )}
        {settings.value?.development && (
          <button type="button" aria-pressed={playing.value} onClick={() => (playing.value = !playing.value)}>
            Customers
          </button>
        )}
        <ThemeButton />
      </div>
    </header>
  );
}

function Connection() {
  const connected = useDesk().connection.value === 'connected';
  return (
    <small class={`connection ${connected ? 'up' : 'down'}`} role="status">
      {connected ? 'Connected' : 'Reconnecting …'}
    </small>
  );
}

function StateMenu() {
  const desk = useDesk();
  const { state, stateChangeTime } = desk.presence.value;
  const reasons = desk.directory.reasons.value;
  const { agent } = desk;
  const become = (name: 'READY' | 'NOT_READY' | 'LOGOUT', reason?: { id: string; name: string }) => () => {
    if (state.name === name && state.reasonCode?.id === reason?.id) return;
    const why = reason && { id: reason.id, name: reason.name };
    void (name === 'LOGOUT' ? desk.signOut(why) : attempt(agent.setState(name, why)));
  };
  const choices: (Choice | null)[] = [
    ...workStates(reasons, become),
    null,
    ...reasons
      .filter(({ type }) => type === 'LOGOUT')
      .map((reason) => ({ label: `Sign out: ${reason.name}`, tone: 'out', run: become('LOGOUT', reason) })),
    { label: 'Sign out', tone: 'out', run: become('LOGOUT') },
  ];
  const words = state.reasonCode?.name ?? agentStateInWords[state.name] ?? state.name;
  const ready = state.name === 'READY';
  return (
    <Menu class={`state ${ready ? 'ready' : 'away'}`} choices={choices}>
      <span class={`dot ${ready ? 'ready' : 'away'}`} aria-hidden="true" />
      <span class="hidden">Your state: </span>
      <span class="state-words">{words}</span> <Since at={stateChangeTime} />
    </Menu>
  );
}

/**
 * On: customers of this kind are offered. It is switched off at once, or after the work at hand.
 */
function MrdToggle({ mrd, state, maxAgentTasks }: Presence['agentMrdStates'][number]) {
  const desk = useDesk();
  const used = desk.used.value.get(mrd.id) ?? 0;
  const on = ['READY', 'ACTIVE', 'BUSY', 'INTERRUPTED'].includes(state);
  const words = mrdStateInWords[state] ?? state;
  const ready = desk.presence.value.state.name === 'READY';
  const toggle = () => attempt(desk.agent.setMrdState(mrd.id, on ? 'NOT_READY' : 'READY'));
  return (
    <button
      type="button"
      class={`mrd ${state.toLowerCase()}`}
      aria-pressed={on}
      disabled={!ready && !on}
      title={ready ? `${mrd.name}: ${words}` : `${mrd.name}: become ready first`}
      onClick={() => void toggle()}
    >
      <span class="dot" aria-hidden="true" />
      <span class="mrd-name">{mrd.name}</span>
      <span class="slots">
        {used}/{maxAgentTasks}
      </span>
      <span class="hidden">, {words}</span>
    </button>
  );
}
