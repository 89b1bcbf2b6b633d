/** A chat as the customer sees it. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { attempt } from '../state/notices.ts';
import { Body } from '../views/talk/body.tsx';
import { Menu } from '../views/parts/parts.tsx';
import { channelInWords } from '../words.ts';
import type { Customer } from './customer.ts';
import { SAMPLES } from './samples.ts';

export function Chat({ customer }: { customer: Customer }) {
  const [text, setText] = useState('');
  const end = useRef<HTMLDivElement>(null);
  const said = customer.said.value;
  const gone = customer.state.value === 'gone';
  useLayoutEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [said.length]);
  const send = () => {
    if (text.trim() === '') return;
    void attempt(customer.says(text));
    setText('');
  };
  return (
    <section class="chat" aria-label={`As ${customer.name}`}>
      <header>
        <b class="grow">{customer.name}</b>
        <small>{channelInWords(customer.channel)}</small>
        <button
          type="button"
          class="small danger-quiet"
          disabled={gone}
          onClick={() => void attempt(customer.leaves())}
        >
          {gone ? 'Has left' : 'Leave'}
        </button>
      </header>
      <div class="chat-lines" ref={end} role="log" aria-label="Chat" tabIndex={0}>
        {said.map(({ id, own, who, body, read }) => (
          <div key={id} class={`line ${own ? 'own' : ''}`}>
            {!own && <p class="line-who">{who}</p>}
            <div class="bubble">
              <Body body={body} />
            </div>
            {own && <p class="line-foot">{read ? 'Read' : 'Sent'}</p>}
          </div>
        ))}
      </div>
      <form
        class="say"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <Menu
          class="icon-menu"
          label="Attach"
          choices={Object.entries(SAMPLES).map(([label, body]) => ({
            label,
            disabled: gone,
            run: () => void attempt(customer.says(body())),
          }))}
        >
          +
        </Menu>
        <input
          value={text}
          disabled={gone}
          aria-label={`Write as ${customer.name}`}
          placeholder="Write as the customer …"
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            void customer.types().catch(() => {});
          }}
        />
        <button type="submit" disabled={gone || text.trim() === ''}>
          Send
        </button>
      </form>
    </section>
  );
}
