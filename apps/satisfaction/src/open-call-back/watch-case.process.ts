import { onEach } from '@lianban/service-kit';
import type { ProcessManager } from '@lianban/service-kit';
import type { SatisfactionState } from '../domain/case-call-backs.js';
import { factEventTypes } from '../domain/facts.js';
import type { SatisfactionFacts } from '../domain/facts.js';
import { callBackIdOf, reaction } from '../satisfaction-stream.js';
import { followCase } from './open-call-back.decider.js';

/** Watches a case. An answer opens the call-backs of its demands and its end cancels the due ones. Demands that join or leave get or lose their call-back. */
export const watchCase: ProcessManager<SatisfactionState, SatisfactionFacts> = onEach(factEventTypes, (event) =>
  reaction((state, facts) => followCase(state, facts, callBackIdOf(event))));
