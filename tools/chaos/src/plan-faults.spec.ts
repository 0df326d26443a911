import { describe, expect, it } from '@jest/globals';
import { faultKinds, planFaults, serviceOf, type PlanOptions } from './plan-faults.js';

const options: PlanOptions = { seed: 7, lengthMs: 180_000, processes: ['intake', 'intake-2', 'dispatch', 'sla', 'satisfaction', 'insight', 'gateway'], servers: ['postgres', 'kafka'], kinds: faultKinds };

describe('the plan of a seed', () => {
  it('is the same each time, and another for another seed', () => {
    expect(planFaults(options)).toEqual(planFaults(options));
    expect(planFaults({ ...options, seed: 8 })).not.toEqual(planFaults(options));
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))('seed %s: faults of one target do not overlap, and all are over soon after the end', (seed) => {
    const plan = planFaults({ ...options, seed });
    expect(plan.length).toBeGreaterThan(10);
    for (const [index, fault] of plan.entries()) {
      expect(fault.at + fault.lasts).toBeLessThanOrEqual(options.lengthMs + 4_000);
      for (const other of plan.slice(index + 1)) if (other.target === fault.target) expect(other.at).toBeGreaterThanOrEqual(fault.at + fault.lasts);
    }
  });

  it('has every kind in a few minutes, and only those asked for', () => {
    expect(new Set(planFaults({ ...options, lengthMs: 600_000 }).map(({ kind }) => kind))).toEqual(new Set(faultKinds));
    expect(new Set(planFaults({ ...options, kinds: ['cut'] }).map(({ kind }) => kind))).toEqual(new Set(['cut']));
  });

  const services = ['intake', 'dispatch', 'sla', 'satisfaction', 'insight'];
  const processes = [...services, ...services.map((service) => `${service}-2`), 'gateway'];
  it.each([
    [8, ['postgres', 'kafka']], [10, ['postgres', 'kafka', 'kafka-2', 'kafka-3']],
  ] as const)('kills and freezes each service, the gateway and each server in %s minutes: %j', (minutes, servers) => {
    for (let seed = 0; seed < 10; seed += 1) {
      const plan = planFaults({ seed, processes, servers, lengthMs: minutes * 60_000, kinds: faultKinds });
      const hit = (kind: string) => new Set(plan.filter((fault) => fault.kind === kind).map(({ target }) => (target.startsWith('kafka') ? target : serviceOf(target))));
      for (const kind of ['kill', 'freeze']) expect(hit(kind)).toEqual(new Set([...services, 'gateway', ...servers]));
    }
  });

  it('freezes for longer than the session timeout of 15 s', () => {
    const freezes = planFaults({ ...options, lengthMs: 1_200_000 }).filter(({ kind }) => kind === 'freeze');
    expect(freezes.length).toBeGreaterThan(3);
    for (const { lasts } of freezes) expect(lasts).toBeGreaterThan(15_000);
  });
});
