import { onEach, asRow } from '@lianban/service-kit';
import type { ProcessManager } from '@lianban/service-kit';
import type { SatisfactionState } from '../domain/case-call-backs.js';
import type { SatisfactionFacts } from '../domain/facts.js';
import { noteDue } from './project-call-backs.js';

/** Watches clocks, so that the list can show when a call-back is due. */
export const watchClocks: ProcessManager<SatisfactionState, SatisfactionFacts> = onEach(['lianban.clock.started.v2', 'lianban.clock.rescheduled.v1'], (event) =>
  (event.data.kind === 'call-back' ? asRow(noteDue, event) : undefined));
