/** Who may call which route, and how far they reach there. Each service has one table, `access.ts`; docs/access.md shows them all. */
import type { Role } from '@lianban/contracts';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

/** How far somebody reaches on a route, and what each word means. */
export const reaches = {
  'everything': 'all that the route shows or changes',
  'own account': 'cases that the own account registered; any other is not there (404)',
  'cases of own department': 'cases in which the own department has, or had, a work order',
  'open orders of own department': 'cases in which the own department has an open work order',
  'own department': "what is the department's own: its work orders, requests, inbox and notices",
  'own desk': 'notices about the work that the role itself answers for',
} as const;
export type Reach = keyof typeof reaches;

/** Not a role: whoever has a valid token; whoever asks, without one. */
type Crowd = 'every token' | 'public';

/** Who may call a route, each with their reach there. Who is not named may not; `admin` may always, and reaches everything. `why` stands where it is not obvious. */
export type AccessRow = { readonly [Who in Exclude<Role, 'system'> | Crowd]?: Reach } & { readonly why?: string };

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One row a route: its method and its path, as the controller names them. */
export type AccessTable = Readonly<Record<`${Method} /${string}`, AccessRow>>;

/** Who reads a case, where a service knows its work orders and who registered it. */
export const caseReaders = {
  requester: 'own account', intake: 'everything', coordinator: 'everything', operator: 'cases of own department', head: 'cases of own department',
  callback: 'everything', supervisor: 'everything', analyst: 'everything',
} as const satisfies AccessRow;

/** The table of the whole service, its own rows and those of the routes that every service has. */
export const ACCESS = Symbol('access');

/** @throws TypeError for a route without a row, which lets in nobody */
export const rowOf = (table: AccessTable, route: string): AccessRow => {
  const row = (table as Readonly<Record<string, AccessRow>>)[route];
  if (row) return row;
  throw new TypeError(`${route} has no row in access.ts`);
};

/** Undefined: this role may not call the route. */
export const reachIn = (row: AccessRow, role: Role): Reach | undefined =>
  (role === 'system' ? undefined : row[role]) ?? row['every token'] ?? (role === 'admin' ? 'everything' : undefined);

/** Whom the row names. */
export const namedIn = (row: AccessRow): string[] => Object.keys(row).filter((key) => key !== 'why');

/** How far the caller reaches on this route. Who reads it here has to act on it: an answer of a route that limits the caller is not sent unless it was asked for. */
export class CallerReach {
  private asked = false;

  constructor(private readonly reach: Reach) {}

  ask(): Reach {
    this.asked = true;
    return this.reach;
  }

  /** The route limits this caller, and nothing has looked at the limit yet. */
  get isOwed(): boolean {
    return !this.asked && this.reach !== 'everything';
  }
}

/** The reach of a role that may call the route. */
export const reachOn = (table: AccessTable, route: keyof AccessTable, role: Role): CallerReach => {
  const reach = reachIn(rowOf(table, route), role);
  if (reach) return new CallerReach(reach);
  throw new TypeError(`${role} may not call ${route}`);
};

const pathsOf = (target: object): string[] => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const routesIn = (controller: Type): string[] =>
  new MetadataScanner().getAllMethodNames(controller.prototype as object).flatMap((name) => {
    const handler = (controller.prototype as Record<string, object>)[name] as object;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    return pathsOf(controller).flatMap((base) => pathsOf(handler).map((path) => `${RequestMethod[method]} /${`${base}/${path}`.split('/').filter(Boolean).join('/')}`));
  });

/** Every route of an application, started or not, as the table names it. */
export const routesOf = (app: INestApplicationContext): string[] => {
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()].map(({ metatype }) => metatype as Type));
  return [...new Set(controllers)].flatMap(routesIn);
};

/** Routes without a row, and rows without a route: one line each. */
export const accessFaults = (routes: readonly string[], table: AccessTable): string[] => [
  ...routes.filter((route) => !(route in table)).map((route) => `${route} has no row: nobody knows who may call it`),
  ...Object.keys(table).filter((row) => !routes.includes(row)).map((row) => `${row} has a row, but there is no such route`),
];

/** @throws Error that names each fault */
export const requireAccessRows = (app: INestApplicationContext): void => {
  const faults = accessFaults(routesOf(app), app.get<AccessTable>(ACCESS));
  if (faults.length > 0) throw new Error(`access.ts does not fit the routes of this service:\n  ${faults.join('\n  ')}`);
};
