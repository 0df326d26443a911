/** A read model of the tests only: every check of the read models runs over it too. */
import { topics } from '@lianban/contracts';
import type { ReadModel } from '@lianban/projections';

interface Registrations {
  readonly registrations: readonly { case_id: string; registered_on: string; title_length: number }[];
  readonly channels: readonly { case_id: string; channel: string }[];
}

export const registrationsReadModel: ReadModel<Registrations> = {
  name: 'registrations',
  topics: [topics.case],
  handled: new Set(['lianban.case.registered.v1']),
  groupColumn: 'case_id',
  tables: [
    { name: 'registrations', key: ['case_id'], kind: 'state' },
    { name: 'registration_channels', key: ['case_id', 'channel'], kind: 'state' },
  ],
  groupOf: ({ streamId }) => streamId,
  empty: () => ({ registrations: [], channels: [] }),
  evolve: (view, event) => (event.type === 'lianban.case.registered.v1' ? {
    registrations: [{ case_id: event.metadata.streamId, registered_on: event.metadata.occurredAt.slice(0, 10), title_length: event.data.title.length / 10 }],
    channels: [{ case_id: event.metadata.streamId, channel: event.data.channel }],
  } : view),
  settle: (view) => view,
  toRows: (view) => ({ registrations: view.registrations, registration_channels: view.channels }),
  takeLog: () => ({}),
  fromRows: (_caseId, rows) => ({
    registrations: (rows.registrations ?? []) as Registrations['registrations'],
    channels: (rows.registration_channels ?? []) as Registrations['channels'],
  }),
};

export const registrationsSqlFolder = new URL('./', import.meta.url);
