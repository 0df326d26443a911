import { expect, it } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ACCESS, CallerReach, reachIn, requireAccessRows, routesOf, rowOf } from './table.js';
import type { AccessTable } from './table.js';

@Controller('things')
class Things {
  @Get() list() { return []; }

  @Post(':id/close') close() { return {}; }

  notARoute() { return this.list(); }
}

@Controller()
class Pages {
  @Get() landing() { return ''; }
}

const fitting: AccessTable = { 'GET /things': { intake: 'everything' }, 'POST /things/:id/close': { intake: 'everything' }, 'GET /': { public: 'everything' } };

const application = (table: AccessTable) => {
  @Module({ controllers: [Things, Pages], providers: [{ provide: ACCESS, useValue: table }] })
  class TheModule {}
  return NestFactory.createApplicationContext(TheModule, { logger: false, preview: true });
};

it('the routes are those of the controllers, as the table names them', async () => {
  expect(routesOf(await application(fitting)).sort()).toEqual(Object.keys(fitting).sort());
});

it('a table that fits the routes lets the service start', async () => {
  const app = await application(fitting);
  expect(() => requireAccessRows(app)).not.toThrow();
});

it.each<[string, AccessTable, string]>([
  ['a route without a row', { 'GET /things': { intake: 'everything' }, 'GET /': { public: 'everything' } }, 'POST /things/:id/close has no row'],
  ['a row without a route', { ...fitting, 'DELETE /things/:id': { admin: 'everything' } }, 'DELETE /things/:id has a row, but there is no such route'],
])('%s ends the start, named', async (_name, table, message) => {
  const app = await application(table);
  expect(() => requireAccessRows(app)).toThrow(message);
});

it('a row says who may, and how far; an admin may always', () => {
  const row = { operator: 'own department', why: 'for this test' } as const;
  expect((['operator', 'head', 'admin', 'system'] as const).map((role) => reachIn(row, role))).toEqual(['own department', undefined, 'everything', undefined]);
  expect((['operator', 'integrator'] as const).map((role) => reachIn({ 'every token': 'everything', 'operator': 'own department' }, role))).toEqual(['own department', 'everything']);
  expect(() => rowOf(fitting, 'GET /elsewhere')).toThrow('GET /elsewhere has no row');
});

it('a reach is owed until somebody asks for it, where it limits the caller', () => {
  const reach = new CallerReach('own account');
  expect([reach.isOwed, reach.ask(), reach.isOwed, new CallerReach('everything').isOwed]).toEqual([true, 'own account', false, false]);
});
