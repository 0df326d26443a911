import { onEach } from '@lianban/service-kit';
import type { ProcessManager } from '@lianban/service-kit';
import type { SatisfactionState } from '../domain/case-call-backs.js';
import type { SatisfactionFacts } from '../domain/facts.js';
import { contactEventTypes } from '../domain/rate-facts.js';
import { reaction } from '../satisfaction-stream.js';

/** Watches leads and contact clocks. Only the rates need them; no call-back follows. */
export const watchLeadsAndContacts: ProcessManager<SatisfactionState, SatisfactionFacts> = {
  'lianban.case.dispatched.v1': () => reaction(),
  ...onEach(contactEventTypes, ({ data }) => (data.kind === 'contact' ? reaction() : undefined)),
};
