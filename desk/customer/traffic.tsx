/**
 * Customers who come by themselves: how many in a minute, from which seed, where to and by which
 * channels.
 */
import { useState } from 'preact/hooks';
import type { Crowd } from './crowd.ts';

export function Traffic({ crowd }: { crowd: Crowd }) {
  const { queues, channels } = crowd.directory;
  const [rate, setRate] = useState(12);
  const [seed, setSeed] = useState(1);
  const running = crowd.running.value;
  const chats = channels.value.filter(({ mediaRoutingDomain }) => mediaRoutingDomain === 'CHAT');
  const start = () =>
    crowd.start({ rate, seed, queues: queues.value.map(({ id }) => id), channels: chats.map(({ name }) => name) });
  return (
    <form
      class="arrive"
      onSubmit={(event) => {
        event.preventDefault();
        if (running) crowd.stop();
        else start();
      }}
    >
      <label>
        Customers a minute
        <input
          type="number"
          min={1}
          max={600}
          required
          value={rate}
          disabled={running}
          onInput={({ currentTarget }) => setRate(currentTarget.valueAsNumber)}
        />
      </label>
      <label>
        Seed
        <input
          type="number"
          min={0}
          required
          value={seed}
          disabled={running}
          onInput={({ currentTarget }) => setSeed(currentTarget.valueAsNumber)}
        />
      </label>
      <button type="submit" class={running ? 'danger' : 'primary'} disabled={queues.value.length === 0}>
        {running ? 'Stop' : 'Start'}
      </button>
      <p class="wide muted" role="status">
        {crowd.sent.value > 0 ? `${crowd.sent.value} have come.` : 'The same seed brings the same customers.'}{' '}
        {crowd.problem.value}
      </p>
    </form>
  );
}
