import { DomainError } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { newId } from '@lianban/event-store';
import type { Tx } from '@lianban/event-store';
import { Command, CommandBus, DirectoryCopy, IdParam, isId, isText, readPage, SQL, startOf, Versioned } from '@lianban/service-kit';
import type { Aggregate, CommandContext, CommandResult, Sorting } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { evolveFirm } from '../domain/firm.js';
import type { FirmEvent, FirmState } from '../domain/firm.js';
import { changeFirm, registerFirm } from './firm.decider.js';
import { findFirms, keepFirm, keepFirmContact, listFirms } from './firm-rows.js';
import type { FirmRow } from './firm-rows.js';
import { ChangeFirmBody, FirmPage, FirmsQuery, FirmView, RegisterFirmBody, toFirmView } from './firm.views.js';

const firmStream: Aggregate<FirmState> = { initialState: null, evolve: (state, event) => evolveFirm(state, event as EventEnvelope<FirmEvent>) };
const streamOf = (firmId: string): string => `firm/${firmId}`;
const byName: Sorting<FirmRow, readonly [string, string]> = { key: ({ name, firmId }) => [name, firmId], checks: [isText, isId] };

@ApiTags('intake')
@Controller('api/v1/firms')
export class FirmsController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
    @Inject(SQL) private readonly sql: Tx,
  ) {}

  @Post()
  @HttpCode(201)
  @ApiOperation({ summary: 'Enter a firm in the register (企业名册)', description: 'Name and contacts stay in intake. A building has one firm of a name: a second is refused.' })
  @ApiCreatedResponse({ type: FirmView })
  async register(@Command() ctx: CommandContext, @Body() { name, building, floor, contact, occurredAt }: RegisterFirmBody): Promise<CommandResult> {
    await this.directory.require('territory', building, 'building');
    const firmId = newId();
    const row = { firmId, name, building, floor: floor ?? null, active: true, version: 1, contactName: contact?.name ?? null, phone: contact?.phone ?? null, lastVisitedAt: null };
    return this.bus.execute({
      ctx, streamId: streamOf(firmId), isNew: true, status: 201, occurredAt, stream: firmStream,
      decide: ({ state }) => registerFirm(state, { firmId, building, floor: floor ?? null }),
      alongside: (tx) => this.keep(tx, row, contact !== undefined),
      respond: () => toFirmView(row),
    });
  }

  @Post(':firmId/change')
  @HttpCode(200)
  @ApiOperation({ summary: 'Change an entry of the register', description: 'What is absent stays as it is. A firm that has closed is kept, with `active: false`.' })
  @ApiOkResponse({ type: FirmView })
  async change(@IdParam('firmId') firmId: string, @Command() ctx: CommandContext, @Body() { name, building, floor, active, contact, occurredAt }: ChangeFirmBody): Promise<CommandResult> {
    if (building !== undefined) await this.directory.require('territory', building, 'building');
    const before = await this.find(firmId);
    const row = {
      ...before, name: name ?? before.name, ...(contact && { contactName: contact.name ?? null, phone: contact.phone ?? null }),
    };
    const beside = [...(row.name === before.name ? [] : ['name' as const]), ...(row.contactName === before.contactName && row.phone === before.phone ? [] : ['contact' as const])];
    return this.bus.execute({
      ctx, streamId: streamOf(firmId), occurredAt, stream: firmStream,
      decide: ({ state }) => changeFirm(state, { building, floor, active, beside }),
      alongside: (tx, { state, version }) => this.keep(tx, { ...row, ...state, version }, contact !== undefined),
      respond: ({ state, version }) => toFirmView({ ...row, ...state, version }),
    });
  }

  @Get()
  @ApiOperation({ summary: 'The register of firms, by name', description: 'With `unseenSince`: where nobody was met since then.' })
  @ApiOkResponse({ type: FirmPage })
  async list(@Query() query: FirmsQuery): Promise<FirmPage> {
    const { building = null, q = null, active = null, unseenSince } = query;
    const question = { building, name: q, active, unseenSince: unseenSince === undefined ? null : startOf(unseenSince) };
    return readPage(query, byName, (after, limit) => listFirms(this.sql, question, after, limit), toFirmView);
  }

  @Get(':firmId')
  @ApiOperation({ summary: 'One firm' })
  @ApiOkResponse({ type: FirmView })
  async show(@IdParam('firmId') firmId: string): Promise<Versioned> {
    const row = await this.find(firmId);
    return new Versioned(toFirmView(row), this.bus.etag(row.version));
  }

  private async find(firmId: string): Promise<FirmRow> {
    const row = (await findFirms(this.sql, [firmId])).get(firmId);
    if (!row) throw new DomainError('not-found', say('no-firm-of-this-id'));
    return row;
  }

  private async keep(tx: Tx, row: FirmRow, withContact: boolean): Promise<void> {
    await keepFirm(tx, row);
    if (withContact) await keepFirmContact(tx, row.firmId, { name: row.contactName, phone: row.phone, address: null });
  }
}
