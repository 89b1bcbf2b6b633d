/**
 * What was said, oldest first. It stays at the end while the reader is there, and where they are
 * while they read further up.
 */
import { Component } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { now } from '../../state/clock.ts';
import type { Line as SaidLine } from '../../state/transcript.ts';
import type { Outgoing } from '../../state/drafts.ts';
import type { Talk } from '../../state/talk.ts';
import { timeOfDay } from '../../words.ts';
import { Body } from './body.tsx';
import { Drawn } from '../parts/drawn.tsx';

/** So near to the end, in pixels, somebody is at the end. */
const NEAR = 48;

export function Lines({ talk }: { talk: Talk }) {
  const { lines, typing } = talk.view.value;
  const outgoing = talk.draft.outgoing.value;
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [below, setBelow] = useState(false);
  const toEnd = () => scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else setBelow(true);
  }, [lines.length, outgoing.length]);
  useLayoutEffect(() => {
    const { current: element } = scroller;
    if (!element) return;
    const resized = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
    });
    resized.observe(element);
    return () => resized.disconnect();
  }, []);
  const scrolled = () => {
    const { current: element } = scroller;
    if (!element) return;
    atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
    if (atEnd.current) setBelow(false);
  };
  const writing = typing.filter(({ until }) => until > now.value).map(({ who }) => who);
  return (
    <div class="lines-frame">
      <div class="lines" ref={scroller} onScroll={scrolled} role="log" aria-label="Messages" tabIndex={0}>
        {lines.map((line, index) => (
          <Line key={line.id} line={line} first={isFirst(lines[index - 1], line)} />
        ))}
        {outgoing.map((one) => (
          <Unconfirmed key={one.id} talk={talk} one={one} />
        ))}
      </div>
      {below && (
        <button type="button" class="to-end small" onClick={toEnd}>
          Newest messages
        </button>
      )}
      <p class="typing" aria-live="polite">
        {writing.length > 0 && `${writing.join(', ')} ${writing.length > 1 ? 'are' : 'is'} typing …`}
      </p>
    </div>
  );
}

/** Is it somebody else than before, or much later? */
function isFirst(before: SaidLine | undefined, line: SaidLine): boolean {
  return before?.kind !== line.kind || before.who !== line.who || line.at - before.at > 5 * 60_000;
}

/** Drawn again only when it has changed: there may be thousands. */
export class Line extends Component<{ line: SaidLine; first: boolean }> {
  override shouldComponentUpdate(next: { line: SaidLine; first: boolean }): boolean {
    return next.line !== this.props.line || next.first !== this.props.first;
  }

  override render() {
    const { first, line } = this.props;
    return (
      <Drawn of={line} what="This message">
        {line.kind === 'note' ? <Note line={line} /> : <Said line={line} first={first} />}
      </Drawn>
    );
  }
}

function Note({ line: { body, at } }: { line: SaidLine }) {
  return (
    <p class="note">
      {body.markdownText} <time>{timeOfDay(at)}</time>
    </p>
  );
}

function Said({ line, first }: { line: SaidLine; first: boolean }) {
  const { kind, own, who, at, body, mark, deleted, edited } = line;
  return (
    <article class={`line ${kind} ${own ? 'own' : ''} ${first ? 'first' : ''}`}>
      {first && (
        <p class="line-who">
          <b>{own ? 'You' : who}</b>
          {kind === 'whisper' && <span class="tag">Whisper, only colleagues see it</span>}
          {kind === 'bot' && <span class="tag">Bot</span>}
        </p>
      )}
      <div class="bubble">
        {deleted ? (
          <em class="muted">This message was deleted.</em>
        ) : (
          <Drawn of={body} what="This message">
            <Body body={body} />
          </Drawn>
        )}
      </div>
      <p class="line-foot">
        {edited && 'edited '}
        <time>{timeOfDay(at)}</time>
        {kind === 'agent' && <Mark mark={mark} />}
      </p>
    </article>
  );
}

const MARKS = { sent: 'Sent', DELIVERED: 'Delivered', READ: 'Read', FAILED: 'Not delivered' };

function Mark({ mark }: { mark: SaidLine['mark'] }) {
  const words = MARKS[mark ?? 'sent'];
  return (
    <span class={`mark ${(mark ?? 'sent').toLowerCase()}`} title={words}>
      <svg viewBox="0 0 20 12" aria-hidden="true">
        {mark === 'FAILED' ? <path d="M10 2v5m0 3v.5" /> : <path d="m3 6 3.5 3.5L13 3" />}
        {(mark === 'DELIVERED' || mark === 'READ') && <path d="m10 9.5 7-7" />}
      </svg>
      <span class="hidden">{words}</span>
    </span>
  );
}

function Unconfirmed({ talk, one }: { talk: Talk; one: Outgoing }) {
  return (
    <article class={`line own first ${one.whisper ? 'whisper' : 'agent'} ${one.failed ? 'failed' : 'pending'}`}>
      <p class="line-who">
        <b>You</b>
      </p>
      <div class="bubble">
        <p class="text">{one.text}</p>
      </div>
      <p class="line-foot" role={one.failed ? 'alert' : undefined}>
        {one.failed ?? 'Sending …'}
        {one.failed && (
          <>
            {' '}
            <button type="button" class="link" onClick={() => talk.sayAgain(one)}>
              Send again
            </button>{' '}
            <button type="button" class="link" onClick={() => talk.forget(one.id)}>
              Discard
            </button>
          </>
        )}
      </p>
    </article>
  );
}
