import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { root } from './settings-in-code.js';

interface Metric { readonly name: string; readonly type: string; readonly labels: readonly string[] }

/** Our own, from the generated table, which another test keeps fresh. */
const own = [...readFileSync(join(root, 'docs/generated/metrics.md'), 'utf8').matchAll(/^\| `(\w+)` \| (\w+) \| (.*?) \|/gm)]
  .map(([, name = '', type = '', labels = '']): Metric => ({ name, type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label) }));

const nodeJs = (): Metric[] => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return (registry.getMetricsAsArray() as unknown as { name: string; type: string; labelNames: string[] }[]).map(({ name, type, labelNames }) => ({ name, type, labels: labelNames }));
};

const fileSystem = ['device', 'fstype', 'mountpoint'];
const metrics = new Map([
  ...own, ...nodeJs(), { name: 'up', type: 'gauge', labels: [] },
  { name: 'node_filesystem_avail_bytes', type: 'gauge', labels: fileSystem }, { name: 'node_filesystem_size_bytes', type: 'gauge', labels: fileSystem },
].map((metric) => [metric.name, metric]));

/** What every series has, from the process itself or from the scrape. */
const always = ['service', 'instance', 'job'];

const seriesOf = (name: string): Metric | undefined => {
  const [, base = '', part] = /^(.*)_(bucket|sum|count)$/.exec(name) ?? [];
  const histogram = metrics.get(base);
  if (histogram?.type === 'histogram') return { name, type: 'counter', labels: part === 'bucket' ? [...histogram.labels, 'le'] : histogram.labels };
  const metric = metrics.get(name);
  return metric?.type === 'histogram' ? undefined : metric;
};

const descendants = (node: SyntaxNode, ...names: string[]): SyntaxNode[] => {
  const found: SyntaxNode[] = [];
  node.cursor().iterate((each) => { if (names.includes(each.name)) found.push(each.node); });
  return found;
};

const enclosing = (node: SyntaxNode, name: string): SyntaxNode | undefined => {
  for (let at = node.parent; at; at = at.parent) if (at.name === name) return at;
  return undefined;
};

/**
 * What is wrong with a query: syntax, metrics that nobody has, labels they don't have, a rate of a gauge or a counter without one, a quantile that has
 * lost its buckets. Empty when nothing is.
 */
export const problemsOf = (query: string): string[] => {
  const text = query.replaceAll('$__rate_interval', '1m');
  const tree = parser.parse(text).topNode;
  const textOf = (node: SyntaxNode) => text.slice(node.from, node.to);
  const problems: string[] = [];
  if (descendants(tree, '⚠').length > 0) problems.push('is no PromQL');
  const labels = new Set(['le', ...always]);
  for (const selector of descendants(tree, 'VectorSelector')) {
    const name = textOf(selector.getChild('Identifier') ?? selector);
    const series = seriesOf(name);
    if (!series) {
      problems.push(`nobody has ${name}`);
      continue;
    }
    for (const label of series.labels) labels.add(label);
    for (const label of descendants(selector, 'LabelName').map(textOf)) if (![...series.labels, ...always].includes(label)) problems.push(`${name} has no label ${label}`);
    const inside = enclosing(selector, 'FunctionCall');
    const rate = selector.parent?.name === 'MatrixSelector' && inside !== undefined && /^(rate|increase)\(/.test(textOf(inside));
    if (series.type === 'counter' && !rate) problems.push(`${name} is a counter and needs a rate`);
    if (series.type === 'gauge' && rate) problems.push(`${name} is a gauge and has no rate`);
  }
  for (const label of descendants(tree, 'GroupingLabels').flatMap((grouping) => descendants(grouping, 'LabelName')).map(textOf)) {
    if (!labels.has(label)) problems.push(`there is no label ${label} to group by`);
  }
  for (const quantile of descendants(tree, 'FunctionCall').filter((call) => textOf(call).startsWith('histogram_quantile('))) {
    if (!descendants(quantile, 'GroupingLabels').some((grouping) => descendants(grouping, 'LabelName').map(textOf).includes('le'))) problems.push('a quantile needs le');
  }
  return problems;
};
