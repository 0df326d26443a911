import { asRow, onEach } from '@lianban/service-kit';
import type { ProcessManager } from '@lianban/service-kit';
import type { DispatchState } from '../domain/case-orders.js';
import type { DispatchFacts } from '../domain/facts.js';
import { noteWords, wordTypes } from './requester-words.js';

/** Watches what the requester says: the inbox shows it beside the orders. */
export const watchRequester: ProcessManager<DispatchState, DispatchFacts> = onEach(wordTypes, (event) => asRow(noteWords, event));
