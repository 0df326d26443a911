import { describe, expect, it } from '@jest/globals';
import { serviceNames } from '@lianban/contracts';
import { ACCESS, accessFaults, routesOf } from '@lianban/service-kit';
import type { AccessTable } from '@lianban/service-kit';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

/** The wiring of a process, made without starting anything. */
const wiringOf = async (name: string) => {
  const { AppModule } = await import(`../../apps/${name}/src/app.module.js`) as { AppModule: Type };
  return NestFactory.createApplicationContext(AppModule, { preview: true, logger: false });
};

describe('every route has a row that says who may call it, and every row a route', () => {
  it.each([...serviceNames, 'gateway'])('%s', async (name) => {
    const wiring = await wiringOf(name);
    const routes = routesOf(wiring);
    expect(routes).toContain('GET /health/ready');
    expect(accessFaults(routes, wiring.get<AccessTable>(ACCESS))).toEqual([]);
  }, 60_000);
});
