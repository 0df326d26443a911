import { type ServiceName, services } from '@lianban/contracts';
import { ACCESS, type AccessRow, type AccessTable, namedIn, reaches, sharedRoutes } from '@lianban/service-kit';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type GeneratedFile, madeBy } from './generated-file.js';

/** The table of a process, made from its wiring without starting anything. */
const tableOf = async (name: ServiceName | 'gateway'): Promise<AccessTable> => {
  const { AppModule } = await import(`@lianban/${name}/app-module`) as { AppModule: Type };
  return (await NestFactory.createApplicationContext(AppModule, { preview: true, logger: false })).get<AccessTable>(ACCESS);
};

const ownRows = async (name: ServiceName): Promise<AccessTable> => {
  const shared = sharedRoutes(name);
  return Object.fromEntries(Object.entries(await tableOf(name)).filter(([route]) => !(route in shared)));
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** `intake; operator, head (own department)`: those with the same reach together, "everything" unsaid. */
const whoIn = (row: AccessRow): string => {
  const reachOf = (who: string) => row[who as keyof Omit<AccessRow, 'why'>];
  const groups = new Map<string | undefined, string[]>();
  for (const who of namedIn(row)) groups.set(reachOf(who), [...groups.get(reachOf(who)) ?? [], who]);
  return [...groups].map(([reach, who]) => `${who.join(', ')}${reach === 'everything' ? '' : ` (${reach})`}`).join('; ');
};

const section = (title: string, about: string, table: AccessTable): string => [
  `## ${title}`, '', about, '', '| route | who | why |', '|---|---|---|',
  ...Object.entries(table).map(([route, row]: [string, AccessRow]) => `| \`${route}\` | ${whoIn(row)} | ${cell(row.why ?? '')} |`),
].join('\n');

/** The tables of access of all services, as pages for people. */
export const accessFile = async (): Promise<GeneratedFile> => {
  const own = await Promise.all(services.map(async ({ name, text }) => section(name, `${text.en} (\`apps/${name}/src/access.ts\`)`, await ownRows(name))));
  const everyService = section('every service', 'With the name of the service for `SERVICE` (`libs/service-kit/src/access/shared-routes.ts`).', sharedRoutes('SERVICE' as ServiceName));
  const gateway = section('gateway', 'What it forwards, the service behind it answers by its own table (`apps/gateway/src/access.ts`).', await tableOf('gateway'));
  return {
    path: 'docs/access.md',
    text: [
      `# Who may call what\n\n${madeBy}\n`,
      'One row a route. A role that is not named may not call it (403). An admin may call everything, and reaches everything, also where the row does not say so.',
      'A role without a reach behind it reaches everything that the route shows or changes. The other reaches:\n',
      ...Object.entries(reaches).filter(([reach]) => reach !== 'everything').map(([reach, meaning]) => `- **${reach}**: ${meaning}`),
      '', 'A route without a row, or a row without a route, ends the start of its service and fails `tests/architecture/access.spec.ts`.', '',
      [...own, everyService, gateway].join('\n\n'), '',
    ].join('\n'),
  };
};
