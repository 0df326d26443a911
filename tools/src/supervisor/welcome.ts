import { topics } from '@lianban/contracts';
import { personas } from '../issuer/personas.js';
import { withoutPassword } from '../infrastructure/servers.js';
import type { Addresses } from './state-file.js';

/** What people see when everything is up: where it is, who they can be, what to try first. English first, Chinese beside it. */
export function welcome(addresses: Addresses, started: { seconds: number; withSamples: boolean; ownIssuer: boolean }): string {
  const { gatewayUrl } = addresses;
  const firstLook = started.withSamples
    ? `curl -s -H "Authorization: Bearer $(npm run --silent token -- supervisor)" '${gatewayUrl}/api/v1/insight/cases?limit=5'`
    : `curl -s -H "Authorization: Bearer $(npm run --silent token -- coordinator)" '${gatewayUrl}/api/v1/departments'`;
  const who = started.ownIssuer
    ? ['Tokens come from your identity provider (AUTH_JWKS_FILE or AUTH_JWKS_URL).']
    : ['Who you can be: npm run --silent token -- PERSONA   角色（开发令牌，12 小时有效）',
      ...personas.map(({ name, purpose }) => `  ${name.padEnd(20)} ${purpose}`)];
  return [
    '',
    `Lianban is ready after ${started.seconds} s. 联办已就绪`,
    '',
    `  Interface, with pages to try it   ${gatewayUrl}/api/docs   接口文档`,
    `  OpenAPI / AsyncAPI                ${gatewayUrl}/api/openapi.json   ${gatewayUrl}/api/asyncapi.json`,
    `  Health                            ${gatewayUrl}/health/ready`,
    `  Kafka, for integrators            ${addresses.kafkaBrokers}   topics ${Object.values(topics).join(', ')}   事件主题`,
    `  SQL, for analysts (read-only)     psql '${addresses.analystUrl}'   分析只读`,
    `  Postgres                          ${withoutPassword(addresses.adminDatabaseUrl)}`,
    '',
    ...who,
    '',
    'Try first 先试试:',
    `  ${firstLook}`,
    '',
    'Ctrl-C or `npm stop` ends it; the data stay. 按 Ctrl-C 停止，数据保留',
    '',
  ].join('\n');
}
