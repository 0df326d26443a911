/** A contact that is entered after later events of its case, by the time at which it was made. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedRules } from '@lianban/contracts';
import { postgresEventStore } from '@lianban/event-store';
import type { EventStore } from '@lianban/event-store';
import { CallerReach, CommandBus } from '@lianban/service-kit';
import type { CommandContext } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { testInfrastructure } from '@lianban/testing';
import pg from 'pg';
import { AcceptController } from '../accept/accept.controller.js';
import { CaseCommands } from '../case-commands.js';
import { GreenChannel } from '../green-channel/green-channel.js';
import { RegisterController } from '../register/register.controller.js';
import type { CaseView } from '../show-case/case.view.js';
import { WithdrawController } from '../withdraw/withdraw.controller.js';
import { ContactController } from './contact.controller.js';
import { nothingAlike } from '../similar-cases/sample-similar-cases.js';
import { OriginalText } from '../requester/original-text.js';

const infrastructure = testInfrastructure();
const importing: CommandContext = {
  actor: { id: 'intake-1', role: 'intake', department: null, territory: null }, reach: new CallerReach('everything'), mayImport: true, correlationId: 'test', route: 'a route', requestHash: 'a hash',
};
const at = (hour: number) => `2026-03-02T${String(hour).padStart(2, '0')}:00:00.000Z`;
let pool: pg.Pool;
let store: EventStore;
let registering: RegisterController;
let accepting: AcceptController;
let contacting: ContactController;
let withdrawing: WithdrawController;

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: (await (await infrastructure.postgres()).serviceDatabase()).services.intake, max: 4 });
  store = postgresEventStore(pool, 'intake');
  const bus = new CommandBus('intake', pool, store, 'only-for-this-test-0123456789');
  const commands = new CaseCommands(bus, pool, store);
  const known = { require: () => Promise.resolve() };
  registering = new RegisterController(bus, known, pool, nothingAlike);
  accepting = new AcceptController(commands, known, new GreenChannel({ rules: () => Promise.resolve(shippedRules) }));
  contacting = new ContactController(commands, { of: () => Promise.resolve({ orders: [], callBackDue: false }) });
  withdrawing = new WithdrawController(commands);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await infrastructure.stop();
});

const acceptedCase = async (): Promise<string> => {
  const { caseId } = (await registering.register(importing, {
    title: new OriginalText('Lamp'), description: new OriginalText('Dark.'), channel: 'online', territory: 'riverside-grid-01', requester: { kind: 'resident', name: '张建国' }, occurredAt: at(1),
  })).answer.body as CaseView;
  await accepting.accept(caseId, importing, { level: 'general', occurredAt: at(5) });
  return caseId;
};
const told = async (caseId: string) => (await store.read(caseId)).map(({ type, metadata }) => `${type.split('.')[2]} ${metadata.occurredAt.slice(11, 13)}`);

describe('a contact that is entered later', () => {
  it('lies before what was entered meanwhile, and the case shows it', async () => {
    const caseId = await acceptedCase();
    const { answer } = await contacting.contact(caseId, importing, { occurredAt: at(2) });
    expect(answer.body).toMatchObject({ contactedAt: at(2) });
    expect(await told(caseId)).toEqual(['registered 01', 'accepted 05', 'contacted 02']);
  });

  it('counts before one that was entered first; a later one changes nothing', async () => {
    const caseId = await acceptedCase();
    for (const hour of [6, 3, 4]) await contacting.contact(caseId, importing, { occurredAt: at(hour) });
    expect(await told(caseId)).toEqual(['registered 01', 'accepted 05', 'contacted 06', 'contacted 03']);
  });

  it('is not before the registration, and needs the permission to import', async () => {
    const caseId = await acceptedCase();
    await expect(contacting.contact(caseId, importing, { occurredAt: at(0) })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'occurredAt', reason: say('must-not-be-before', { at: at(1), what: say('last-event-of-case') }) }] });
    await expect(contacting.contact(caseId, { ...importing, mayImport: false }, { occurredAt: at(2) })).rejects.toMatchObject({ code: 'occurred-at-not-allowed' });
  });

  it('lets nothing else be dated before what it lies before', async () => {
    const caseId = await acceptedCase();
    await contacting.contact(caseId, importing, { occurredAt: at(2) });
    await expect(withdrawing.withdraw(caseId, importing, { occurredAt: at(3) })).rejects.toMatchObject({ code: 'validation-failed', errors: [{ field: 'occurredAt', reason: say('must-not-be-before', { at: at(5), what: say('last-event-of-case') }) }] });
    await withdrawing.withdraw(caseId, importing, { occurredAt: at(6) });
    // Of the ended case what came before its end counts, and nothing after it.
    await contacting.contact(caseId, importing, { occurredAt: at(4) });
    expect(await told(caseId)).toEqual(['registered 01', 'accepted 05', 'contacted 02', 'withdrawn 06']);
  });
});
