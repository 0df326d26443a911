import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { problemsOf } from './promql.js';
import { root } from './settings-in-code.js';

const folder = join(root, 'deploy/observability');
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

describe('the check of queries', () => {
  it.each([
    ['sum(up', 'is no PromQL'],
    ['sum(rate(lianban_http_requests_total[5m]))', 'nobody has lianban_http_requests_total'],
    ['rate(lianban_http_request_duration_seconds[5m])', 'nobody has lianban_http_request_duration_seconds'],
    ['lianban_relay_lag_seconds{consumer="x"}', 'lianban_relay_lag_seconds has no label consumer'],
    ['lianban_commands_total > 3', 'lianban_commands_total is a counter and needs a rate'],
    ['rate(lianban_relay_lag_seconds[5m])', 'lianban_relay_lag_seconds is a gauge and has no rate'],
    ['sum by (department) (lianban_relay_lag_seconds)', 'there is no label department to group by'],
    ['histogram_quantile(0.9, sum by (service) (rate(lianban_append_duration_seconds_bucket[5m])))', 'a quantile needs le'],
  ])('finds what is wrong with %s', (query, problem) => {
    expect(problemsOf(query)).toContain(problem);
  });
});

describe('the dashboard', () => {
  interface Panel { title?: string; type: string; gridPos: { x: number; y: number; w: number; h: number }; targets?: { expr: string }[] }
  const file = 'grafana/dashboards/lianban.json';
  const { uid, panels } = JSON.parse(text(file)) as { uid: string; panels: Panel[] };
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title ?? '', expr] as const));

  it('asks only for what there is', () => {
    expect(uid).toBe('lianban');
    expect(queries.length).toBeGreaterThan(50);
    expect(queries.flatMap(([title, query]) => problemsOf(query).map((problem) => `${title}: ${problem}`))).toEqual([]);
  });

  it('has panels that do not lie upon each other', () => {
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, i) => `${x + (i % w)}/${y + Math.floor(i / w)}`));
    expect(new Set(places).size).toBe(places.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  it('shows every metric of ours', () => {
    const shown = queries.map(([, query]) => query).join('\n');
    const names = [...readFileSync(join(root, 'docs/generated/metrics.md'), 'utf8').matchAll(/^\| `(lianban_\w+)`/gm)].map(([, name = '']) => name);
    expect(names.filter((name) => !shown.includes(name))).toEqual([]);
  });
});

describe('the alerts', () => {
  interface Alert { alert: string; expr: string; for: string; labels: { severity: string }; annotations: Record<string, string> }
  const alerts = (parse(text('alerts.yml')) as { groups: { rules: Alert[] }[] }).groups.flatMap(({ rules }) => rules);
  const { tests } = parse(text('alerts.test.yml')) as { tests: { promql_expr_test: { expr: string; exp_samples: { labels: string }[] }[] }[] };
  /** Named by a sample that is expected, or by the expression it is one of. */
  const expectedToFire = new Set(tests.flatMap(({ promql_expr_test: cases }) => cases).filter(({ expr }) => expr.includes('alertstate="firing"'))
    .flatMap(({ expr, exp_samples: samples }) => samples.map(({ labels }) => (/alertname="(\w+)"/.exec(labels) ?? /alertname="(\w+)"/.exec(expr))?.[1])));
  const operating = readFileSync(join(root, 'docs/operating.md'), 'utf8');

  it.each(alerts.map((alert) => [alert.alert, alert] as const))('%s asks for what there is and says why, in two languages', (name, { expr, for: after, labels, annotations }) => {
    expect(problemsOf(expr)).toEqual([]);
    expect(after).toMatch(/^\d+[mhs]$/);
    expect(['critical', 'warning']).toContain(labels.severity);
    for (const key of ['summary', 'reason', 'action']) {
      expect(annotations[key]).toMatch(/^[\x20-\x7e]{3,}$/);
      expect(annotations[`${key}_zh`]).toMatch(/\p{Script=Han}{2,}/u);
    }
    expect(operating).toContain(`\`${name}\``);
    expect(expectedToFire).toContain(name);
  });

  it('each has a name of its own, and the READMEs say how many there are', () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(` ${alerts.length} alerts`);
    expect(readFileSync(join(root, 'README.zh-CN.md'), 'utf8')).toContain(` ${alerts.length} 条告警`);
  });

  // Prometheus' own tool, where it is installed; `npm test` says so when it is not.
  if (spawnSync('promtool', ['--version']).status === 0) {
    it('fire when they should and not before, says promtool', () => {
      const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'alerts.test.yml'], { cwd: folder, encoding: 'utf8' });
      expect({ status, output: stdout + stderr }).toMatchObject({ status: 0 });
    });
  }
});

describe('what compose mounts and scrapes', () => {
  const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, { volumes?: string[]; command?: string[]; environment?: Record<string, string> }>;
  };
  const mounted = (service: string) => new Map((services[service]?.volumes ?? []).map((mount) => mount.split(':')).map(([from = '', to = '']) => [to, from]));
  const fileAt = (service: string, path: string): string => {
    const [to = '', from = ''] = [...mounted(service)].find(([target]) => path === target || path.startsWith(`${target}/`)) ?? [];
    return join(root, from + path.slice(to.length));
  };

  it('Prometheus finds its configuration, the rules, and each process at the port it shows its metrics on', () => {
    const config = (services.prometheus?.command ?? []).find((word) => word.startsWith('--config.file='))?.slice('--config.file='.length) ?? '';
    expect(existsSync(fileAt('prometheus', config))).toBe(true);
    const { rule_files: rules, scrape_configs: jobs } = parse(readFileSync(fileAt('prometheus', config), 'utf8')) as {
      rule_files: string[]; scrape_configs: { job_name: string; dns_sd_configs?: { names: string[]; port: number }[] }[];
    };
    for (const file of rules) expect(existsSync(fileAt('prometheus', `/etc/prometheus/${file}`))).toBe(true);
    const scraped = Object.fromEntries((jobs.find(({ job_name: name }) => name === 'lianban')?.dns_sd_configs ?? []).map(({ names: [name = ''], port }) => [name, port]));
    expect(scraped).toEqual(Object.fromEntries(readdirSync(join(root, 'apps')).flatMap((app) => (services[app] ? [[app, Number(services[app].environment?.METRICS_PORT ?? services[app].environment?.PORT)]] : []))));
  });

  it('Grafana finds the sources of data and the dashboard', () => {
    const { providers: [provider] } = parse(text('grafana/provisioning/dashboards/lianban.yml')) as { providers: [{ options: { path: string } }] };
    expect(existsSync(fileAt('grafana', `${provider.options.path}/lianban.json`))).toBe(true);
    expect(existsSync(fileAt('grafana', services.grafana?.environment?.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH ?? ''))).toBe(true);
    const { datasources } = parse(text('grafana/provisioning/datasources/lianban.yml')) as { datasources: { url: string }[] };
    for (const { url } of datasources) expect(Object.keys(services)).toContain(new URL(url).hostname);
  });
});
