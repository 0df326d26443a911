import '@lianban/gateway/metrics';
import { register } from 'prom-client';
import { type GeneratedFile, madeBy } from './generated-file.js';

interface Metric { readonly name: string; readonly help: string; readonly type: string; readonly labelNames: readonly string[] }

/** Every metric of our own that some process has. Those of the services are known once their modules are loaded, as `openapi.ts` does. */
const metricsInCode = (): Metric[] => {
  const metrics = register.getMetricsAsArray() as unknown as Metric[];
  return metrics.filter(({ name }) => name.startsWith('lianban_')).sort((a, b) => (a.name < b.name ? -1 : 1));
};

const stages: readonly (readonly [string, RegExp])[] = [
  ['HTTP and commands', /^lianban_(http|command|gateway|auth)/],
  ['Event store', /^lianban_(append|events|oldest|pool)/],
  ['Relay', /^lianban_relay/],
  ['Consumers and parked events', /^lianban_(consumer|parked|skipped)/],
  ['Projections', /^lianban_(projection|rebuild)/],
  ['Timers', /^lianban_(timer|hold|recompute|untold|questions|requester)/],
  ['The metrics themselves', /^lianban_metric/],
];

const cell = (text: string): string => text.replaceAll('|', '\\|');
const row = ({ name, type, labelNames, help }: Metric): string =>
  `| \`${name}\` | ${type} | ${labelNames.map((label) => `\`${label}\``).join(', ') || '–'} | ${cell(help)} |`;

/** A table of all metrics. @throws Error for one that belongs to no stage */
export const metricsFile = (): GeneratedFile => {
  const metrics = metricsInCode();
  const strays = metrics.filter(({ name }) => !stages.some(([, form]) => form.test(name)));
  if (strays.length > 0) throw new Error(`no stage in metrics.ts for ${strays.map(({ name }) => name).join(', ')}`);
  const tables = stages.map(([title, form]) => [
    `## ${title}`, '', '| metric | type | labels | meaning |', '|---|---|---|---|', ...metrics.filter(({ name }) => form.test(name)).map(row),
  ].join('\n'));
  return {
    path: 'metrics.md',
    text: `# Metrics\n\n${madeBy}\n\nAt \`/metrics\` of every process, in Prometheus' text format; each process shows the ones of what it does, and carries its name in the label \`service\`.\n`
      + 'Beside them are those of Node.js and of the process (`nodejs_…`, `process_…`), as prom-client makes them.\n'
      + `What to make of them, and which alerts watch them: [operating](../operating.md).\n\n${tables.join('\n\n')}\n`,
  };
};
