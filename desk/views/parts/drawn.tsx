/**
 * A part of the page that is made of what others sent. Where it cannot be drawn, that is said in
 * its place, and all around it stays.
 */
import { Component, type ComponentChildren } from 'preact';

interface Props {
  /** What is drawn: when it is something else, it is tried again. */
  readonly of: unknown;
  /** What it is, to say that it cannot be shown. */
  readonly what: string;
  readonly children: ComponentChildren;
}

interface State {
  readonly of?: unknown;
  readonly failed?: boolean;
}

export class Drawn extends Component<Props, State> {
  static override getDerivedStateFromError(): State {
    return { failed: true };
  }

  static override getDerivedStateFromProps({ of }: Props, state: State): State | null {
    return of === state.of ? null : { of, failed: false };
  }

  override render({ what, children }: Props, { failed }: State) {
    return failed ? <em class="muted undrawn">{what} cannot be shown.</em> : children;
  }
}
