/** How often what happened, so that one sees what schedules were about. */

export class Tally {
  readonly counts = new Map<string, number>();

  add(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  join(other: Iterable<readonly [string, number]>): void {
    for (const [what, times] of other) this.add(what, times);
  }

  /** Of each kind (`kind: what`) the most frequent first, in `columns` columns. */
  print(columns = 3): string {
    const kinds = Map.groupBy(this.counts, ([what]) => what.slice(0, what.indexOf(':')));
    return [...kinds]
      .map(([kind, entries]) => {
        const cells = entries
          .toSorted(([, a], [, b]) => b - a)
          .map(([what, times]) => `${String(times).padStart(9)} ${what.slice(kind.length + 2)}`);
        const width = Math.max(...cells.map(({ length }) => length)) + 2;
        const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
          cells
            .slice(row * columns, (row + 1) * columns)
            .map((cell) => cell.padEnd(width))
            .join('')
            .trimEnd(),
        );
        return `${kind}\n${rows.join('\n')}`;
      })
      .join('\n');
  }
}
