import { describe, expect, it } from '@jest/globals';
import { checkFaults, faultTable, type Injected, type Outcome } from './check-faults.js';
import type { FaultKind } from './plan-faults.js';
import { checkMemory, watchMemory } from './watch-memory.js';

const injected = (kind: FaultKind, target: string, effect: Outcome['effect'], did = 'did it'): Injected => ({ fault: { kind, target, at: 1_500, lasts: 0, amount: 1 }, outcome: { effect, did } });

describe('the faults of a run', () => {
  it('may fail now and then', () => {
    expect(checkFaults([injected('kill', 'sla', 'none'), injected('kill', 'sla', 'took'), injected('cut', 'kafka', 'took')])).toEqual([]);
  });

  it('were none of their kind when each of them failed', () => {
    expect(checkFaults([injected('kill', 'sla', 'took'), injected('cut', 'kafka', 'none'), injected('cut', 'postgres', 'none', 'connect ECONNREFUSED')])).toEqual([
      { check: 'every kind of fault takes effect', caseId: '-', detail: 'cut: none of 2; connect ECONNREFUSED' },
    ]);
  });

  it('are violated where the system does not cope', () => {
    expect(checkFaults([injected('kill-leader', 'sla', 'took'), injected('kill-leader', 'intake', 'broke', 'it leads nowhere')])).toEqual([
      { check: 'the system copes with each fault', caseId: '-', detail: 'kill-leader intake at 1.5 s: it leads nowhere' },
    ]);
  });

  it('are counted by kind and by what they hit, copies together', () => {
    const faults = [injected('kill', 'sla', 'took'), injected('kill', 'sla-2', 'none'), injected('kill', 'kafka-2', 'took'), injected('cut', 'kafka', 'broke')];
    expect(faultTable(faults, ['postgres', 'kafka', 'kafka-2'])).toEqual({ kill: { 'sla': '1/2', 'kafka-2': '1/1' }, cut: { kafka: '1/1' } });
  });
});

describe('memory', () => {
  const megabytes = (...each: number[]) => each.map((value, pid) => ({ pid, name: pid % 2 === 0 ? 'sla' : 'intake', megabytes: value }));
  it('is looked at process by process, and the most of each service counts', () => {
    const looks = [megabytes(100, 90), megabytes(120, 410), megabytes(110, 95, 130)];
    const watching = watchMemory(['sla', 'intake'], () => looks.shift() ?? []);
    expect(checkMemory(watching.end())).toEqual([]);
    const loud = watchMemory(['sla', 'intake'], () => looks.shift() ?? []);
    const most = loud.end();
    expect(most).toEqual(new Map([['sla', 120], ['intake', 410]]));
    expect(checkMemory(most)).toMatchObject([{ detail: 'intake had 410 MB' }]);
  });
});
