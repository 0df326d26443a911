import type { ProcessManager } from '@lianban/service-kit';
import type { IntakeFacts } from '../domain/facts.js';
import type { IntakeState } from '../domain/intake-case.js';
import { intakeStream } from '../intake-stream.js';

/** Watches dispatches: a case that a department has been given is no longer settled at the desk. */
export const watchDispatch: ProcessManager<IntakeState, IntakeFacts> = { 'lianban.case.dispatched.v1': () => ({ stream: intakeStream }) };
