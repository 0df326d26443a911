import { growthOf, notFasterThanLog, ratiosOf, reachedInAllSizes, spreadOf, type Row } from './measure.js';
import type { MeasuredRow, Results, Run } from './results.js';

/** A row as `--json` writes it: the median of the rounds with their number and spread; `ratio` is the median of the ratios to the baseline of the same rounds. */
export const plainRow = (benchmark: string, row: Row) => {
  const ratios = ratiosOf(row);
  const { median, min, max } = spreadOf(row.values);
  return {
    name: `${benchmark}: ${row.what}${row.size === undefined ? '' : `, ${row.size} cases`}`, value: median, unit: row.unit, runs: row.values.length, spread: { min, max },
    ...(row.baseline && ratios ? { baseline: { name: row.baseline.name, value: spreadOf(row.baseline.values).median }, ratio: spreadOf(ratios).median } : {}),
  };
};

/** Three digits that count, thousands separated. */
export const figure = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));

const percent = (share: number) => `${figure(share * 100)} %`;
const spread = (values: readonly number[], show: (value: number) => string = figure): string => {
  const { min, max } = spreadOf(values);
  return values.length === 1 ? '–' : `${show(min)} – ${show(max)}`;
};
const verdict = (line: readonly Row[]): string => {
  const is = reachedInAllSizes(line);
  return is === undefined ? '' : is ? ' ✓' : ' ✗ not reached';
};
/** What is of another commit than the smallest size tells nothing of growth. */
const comparable = (line: readonly MeasuredRow[]): MeasuredRow[] => {
  const [smallest] = [...line].sort((a, b) => (a.size ?? 0) - (b.size ?? 0));
  return line.filter(({ run }) => run.commit === smallest?.run.commit);
};
/** 'not faster than log: × 1.1 (0.9 – 1.2) of 1.25 ✓' */
const aimOf = (line: readonly Row[]): string => {
  const aim = line.find((row) => row.aim !== undefined)?.aim;
  if (aim === undefined) return '';
  const grown = aim === notFasterThanLog ? growthOf(line).map(({ median, min, max, allowed }) => `× ${figure(median)} (${figure(min)} – ${figure(max)}) of ${figure(allowed)}`) : [];
  return `${[aim, ...(grown.length > 0 ? [grown.join(', ')] : [])].join(': ')}${verdict(line)}`;
};
/** Rows of the same name and other sizes are one thing; all others are things of their own. */
const linesOf = (rows: readonly MeasuredRow[]): (readonly MeasuredRow[])[] => {
  const names = [...new Set(rows.flatMap(({ what, size }) => (size === undefined ? [] : what)))];
  return [...rows.filter(({ size }) => size === undefined).map((row) => [row]), ...names.map((name) => rows.filter(({ what, size }) => what === name && size !== undefined))];
};

export const columns = ['what', 'median', 'min – max', 'baseline', 'of the baseline (min – max)', 'aim'] as const;

/** The cells of a row, in the order of `columns`. */
export function cells(row: Row): string[] {
  const ratios = ratiosOf(row);
  return [
    row.size === undefined ? row.what : `${row.what}, ${figure(row.size)} cases`,
    `${figure(spreadOf(row.values).median)} ${row.unit}`,
    spread(row.values),
    row.baseline ? `${figure(spreadOf(row.baseline.values).median)} (${row.baseline.name})` : '',
    ratios ? `${percent(spreadOf(ratios).median)}${ratios.length > 1 ? ` (${spread(ratios, percent)})` : ''}` : '',
    aimOf([row]),
  ];
}

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string => {
  const escaped = (cell: string) => cell.replaceAll('|', '\\|');
  return [head, head.map(() => '---'), ...lines].map((line) => `| ${line.map(escaped).join(' | ')} |`).join('\n');
};

/** Rows that differ only in size side by side, one column a size. */
function bySize(rows: readonly MeasuredRow[]): string {
  const sizes = [...new Set(rows.map(({ size }) => size ?? 0))].sort((a, b) => a - b);
  const cell = (row: Row | undefined) => (row ? `${figure(spreadOf(row.values).median)}${row.values.length > 1 ? ` (${spread(row.values)})` : ''}` : '');
  return table(['what', 'unit', ...sizes.map((size) => `${figure(size)} cases`), 'aim'], linesOf(rows).map((line) =>
    [line[0]?.what ?? '', line[0]?.unit ?? '', ...sizes.map((size) => cell(line.find((row) => row.size === size))), aimOf(comparable(line))]));
}

const machineOf = ({ cpu, cores, memoryGb, system, node, postgres, kafka }: Run) =>
  `${cores} × ${cpu}, ${memoryGb} GB, ${system}; Node ${node}, PostgreSQL ${postgres}, Kafka ${kafka}`;

function provenance(rows: readonly MeasuredRow[]): string {
  const runs = new Map<string, { run: Run; rounds: Set<number>; sizes: Set<number> }>();
  for (const { run, values, size } of rows) {
    const known = runs.get(`${run.date} ${run.commit}`) ?? { run, rounds: new Set(), sizes: new Set() };
    known.rounds.add(values.length);
    if (size !== undefined) known.sizes.add(size);
    runs.set(`${run.date} ${run.commit}`, known);
  }
  return [...runs.values()].map(({ run, rounds, sizes }) => {
    const which = runs.size > 1 && sizes.size > 0 ? ` (${[...sizes].map(figure).join(', ')} cases)` : '';
    return `${run.date.replace('T', ' ')}, commit ${run.commit}, rounds: ${[...rounds].join(' or ')}, load before ${run.loadBefore}${which}`;
  }).join('; ');
}

function section({ name, title, about, rows }: Results['benchmarks'][number], order: readonly string[]): string {
  const repeat = order.includes(name) ? `Repeat: \`npm run bench -- ${name}\`.` : 'Measured before; the program is no longer here, the commit that follows has it.';
  const plain = rows.filter(({ size }) => size === undefined);
  const sized = rows.filter(({ size }) => size !== undefined);
  const noted = rows.filter(({ note }) => note !== undefined);
  const notes = [...new Set(noted.map(({ note }) => note))].map((note) => {
    const about = [...new Set(noted.filter((row) => row.note === note).map(({ what }) => what))];
    return `- ${about.length === rows.length ? 'All' : about.join('; ')}: ${note}`;
  });
  return [
    `## ${title}`,
    [about ?? '', `${repeat} Measured ${provenance(rows)}.`].filter(Boolean).join('\n'),
    plain.length > 0 ? table(columns, plain.map(cells)) : '',
    sized.length > 0 ? bySize(sized) : '',
    notes.join('\n'),
  ].filter(Boolean).join('\n\n');
}

/** docs/benchmarks.md. @param order names of the benchmarks there are */
export function page(results: Results, order: readonly string[]): string {
  const rows = results.benchmarks.flatMap((each) => each.rows);
  const judged = results.benchmarks.flatMap((each) => linesOf(each.rows)).map((line) => reachedInAllSizes(comparable(line))).filter((is) => is !== undefined);
  const machines = [...new Set(rows.map(({ run }) => machineOf(run)))];
  const missed = judged.filter((is) => !is).length;
  return `${[
    '<!-- Written by `npm run bench` from benchmarks.json; edits are lost with the next run. -->',
    '# Benchmarks',
    `> 中文摘要：本页由 \`npm run bench\` 生成，共 ${results.benchmarks.length} 组测量、${rows.length} 行。每一行都与同一次运行中的基线（裸 Postgres、裸 Kafka 客户端等）比较，取多轮的中位数，`
      + `并给出最小值与最大值；${judged.length} 个目标中达到 ${judged.length - missed} 个，未达到的标为“not reached”。数字只对下列机器有效；重复测量的命令写在每一节。`,
    [
      'Everything is measured against a baseline of the same run: the subjects take turns, round after round, so that drift of the machine hits all alike. Figures are medians of the',
      'rounds with the smallest and the largest beside them; the ratio is the median of the ratios of each round. All values of all rounds are in [benchmarks.json](benchmarks.json).',
      `Nothing in the tests asserts a time. Of ${judged.length} aims, ${judged.length - missed} were reached${missed === 0 ? '' : `, ${missed} not`} (✓, ✗).`,
    ].join('\n'),
    [
      '```bash', 'npm ci && npm run build', 'npm run bench                        # all but growth, which takes long', 'npm run bench -- append life         # some; the others keep their rows',
      'npm run bench -- growth --sizes 1000000', 'npm run bench -- life --json FILE     # its figures into a file of their own too', 'npm run bench -- --quick             # everything once and small: does it run? Writes nothing here', '```',
    ].join('\n'),
    [
      'Each benchmark starts a Postgres and a Kafka of its own on free ports, with the settings of `npm start` (fsync on, 128 MB of shared buffers, one broker), and removes them. Where',
      'a row compares with pgbench, it is used when it is on the PATH or named by `LIANBAN_PGBENCH`; the row says what stood in for it otherwise. Measure on a machine that does',
      'nothing else: "load before" is what else wanted the CPU in the minute before (the benchmark that ran just before included).',
      'Where CPU is told, "if no core ever waited" is how many the cores of this machine could do a second at that cost: no better use of them gets beyond it.',
    ].join('\n'),
    ['Measured on', ...machines.map((machine) => `- ${machine}`)].join('\n'),
    ...results.benchmarks.map((each) => section(each, order)),
  ].join('\n\n')}\n`;
}
