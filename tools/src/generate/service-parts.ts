import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressVariable, serviceNames, services, sources } from '@lianban/contracts';
import { loginRoles, serviceRole } from '../database/roles.js';
import { passwordVariables } from '../secrets.js';
import { readSettings } from '../settings.js';
import { servicePort } from '../supervisor/services.js';
import type { GeneratedFile } from './generated-file.js';

/** A part of a file that people write otherwise. `form` is how the part looks, whatever services it has; its first match is replaced. */
interface Part { readonly form: RegExp; readonly text: string }

const defaults = readSettings({});
const lines = (each: readonly string[]): string => each.map((line) => `${line}\n`).join('');
const variableOf = (role: string): string => passwordVariables[role] ?? '';
const password = (role: string): string => `\${${variableOf(role)}:-lianban-local-${role.replace('lianban_', '')}}`;
const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

const composeService = ({ name, settings }: (typeof services)[number]): string => `\
  ${name}:
    <<: *service
    command: [ node, apps/${name}/dist/main.js ]
    environment:
      <<: *service-environment
      PORT: "${servicePort(defaults, name)}"
      DATABASE_URL: postgres://${serviceRole(name)}:${password(serviceRole(name))}@postgres:5432/lianban
${lines(settings.map((setting) => `      ${setting}: \${${setting}:-}`))}
`;

const compose: readonly Part[] = [
  { form: /(?: {2}LIANBAN_PASSWORD_\w+: .*\n)+/, text: lines(loginRoles.map((role) => `  ${variableOf(role)}: ${password(role)}`)) },
  { form: /(?<=\n {2}# The services, made .*\n)[\s\S]*?(?= {2}gateway:\n)/, text: services.map(composeService).join('') },
  { form: /(?: {6}\w+: \{ condition: service_started \}\n)+/, text: lines(serviceNames.map((name) => `      ${name}: { condition: service_started }`)) },
  { form: /(?: {6}\w+_URL: http:\/\/.*\n)+/, text: lines(serviceNames.map((name) => `      ${addressVariable(name)}: http://${name}:${servicePort(defaults, name)}`)) },
];

const prometheus: readonly Part[] = [{
  form: /(?: {6}- \{ names: \[ (?!gateway)\w+ \].*\n)+/,
  text: lines(serviceNames.map((name) => `      - { names: [ ${name} ], type: A, port: ${servicePort(defaults, name)}, refresh_interval: 15s }`)),
}];
const alerts: readonly Part[] = [{
  form: /(?: {12}or label_replace\(vector\(1\), "service", .*\n)+/,
  text: lines(serviceNames.map((name) => `            or label_replace(vector(1), "service", "${name}", "", "")`)),
}];
/** Insight is the one that never had a process there, and intake the one that loses its last. */
const alertsTest: readonly Part[] = [{
  form: /(?: {6}- \{ series: 'process_start_time_seconds\{job="lianban", service="(?!gateway|intake)\w+", instance="a"\}'.*\n)+/,
  text: lines(serviceNames.filter((name) => name !== 'intake' && name !== 'insight')
    .map((name) => `      - { series: 'process_start_time_seconds{job="lianban", service="${name}", instance="a"}', values: "100x10" }`)),
}];

const readme = (deciding: Part): readonly Part[] => [
  deciding,
  { form: /(?:^apps\/(?!gateway).*\n)+/m, text: lines(services.map(({ name, text }) => `${`apps/${name}`.padEnd(19)} ${text.en}`)) },
  { form: /(?<=^\| )`LIANBAN_PASSWORD_\w+`(?:, `LIANBAN_PASSWORD_\w+`)*/m, text: quoted(loginRoles.map(variableOf)) },
  { form: /(?<=^\| )`INTAKE_URL`(?:, `\w+_URL`)*/m, text: quoted(serviceNames.map(addressVariable)) },
];
const deciding = services.filter(({ decides }) => decides);

const partsOf: Readonly<Record<string, readonly Part[]>> = {
  'docker-compose.yml': compose,
  'deploy/observability/prometheus.yml': prometheus,
  'deploy/observability/alerts.yml': alerts,
  'deploy/observability/alerts.test.yml': alertsTest,
  'README.md': readme({ form: /(?<=services that decide \()[^)]*/, text: sources.join(', ') }),
  'README.zh-CN.md': readme({ form: /(?<=服务各自做决定\()[^)]*/, text: deciding.map(({ name, text }) => `${name} ${text.zh}`).join('、') }),
};

const withParts = (file: string, before: string, parts: readonly Part[]): string => parts.reduce((text, { form, text: part }) => {
  if (!form.test(text)) throw new Error(`${file} has nothing of the form ${form.source}, where its part about the services belongs`);
  return text.replace(form, () => part);
}, before);

/**
 * Files of people with a part about the services, which is made anew from the registry.
 * @throws Error for a file that has lost the place of such a part
 */
export const filesWithServiceParts = (root: string): Promise<GeneratedFile[]> => Promise.all(Object.entries(partsOf).map(async ([path, parts]) =>
  ({ path, text: withParts(path, await readFile(join(root, path), 'utf8'), parts) })));
