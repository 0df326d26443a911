import type { Tx } from '@lianban/event-store';
import { CodeField, CodeListField, CONFIG, DirectoryCopy, isText, PageOf, PageQuery, personId, readPage, SQL, UnmaskedField } from '@lianban/service-kit';
import type { PersonKey } from '@lianban/service-kit';
import { Body, Controller, Get, Inject, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { StaffRegister } from './staff-register.js';
import { readStaff, saveEntered, type StaffRow } from './staff-rows.js';

const mostIds = 100;

export class StaffQuery extends PageQuery {
  @CodeListField({ maxItems: mostIds, query: true, description: 'Ids of persons, as the actors of a timeline have them; several by repeating it. Unknown ones are left out', optional: true })
  id?: string[];

  @CodeField({ description: 'Only those of this handling unit', optional: true, example: 'housing' })
  department?: string;
}

export class StaffBody {
  @UnmaskedField({ max: 200, description: 'The account at the identity provider, its claim `sub`, to the letter. It is turned into the id and kept nowhere' })
  account!: string;

  @UnmaskedField({ max: 200, description: 'Name', example: '王芳' })
  name!: string;

  @UnmaskedField({ max: 100, description: 'What the person is; absent: the role of their token', optional: true, example: '物业科科长' })
  post?: string;

  @CodeField({ description: 'Handling unit', optional: true, example: 'housing' })
  department?: string;

  @CodeField({ description: 'Territory', optional: true, example: 'riverside' })
  territory?: string;
}

export class StaffMemberView {
  @ApiProperty({ example: 'p-Zm9yIHRoZSBkb2N1bWVudHMg', description: 'As the actor of events has it' })
  personId!: string;

  @ApiProperty({ example: '王芳' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'operator', description: 'What an admin entered, else the role of the last token; null: neither is known' })
  post!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'housing' })
  department!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'riverside' })
  territory!: string | null;
}

export class StaffPage extends PageOf(StaffMemberView) {}

/** Names behind the ids of persons (docs/domain.md, "Names of colleagues"). */
@ApiTags('dispatch')
@Controller('api/v1/staff')
export class StaffController {
  constructor(
    @Inject(SQL) private readonly sql: Tx,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require'>,
    @Inject(CONFIG) private readonly key: PersonKey,
    @Inject(StaffRegister) private readonly register: Pick<StaffRegister, 'forget'>,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Colleagues by the ids that stand in events, or by handling unit' })
  @ApiOkResponse({ type: StaffPage })
  async list(@Query() { id, department, cursor, limit = mostIds }: StaffQuery): Promise<StaffPage> {
    return readPage({ cursor, limit }, { key: ({ personId }: StaffRow) => [personId] as const, checks: [isText] }, (after, most) =>
      readStaff(this.sql, { ids: id, department, after: after?.[0], limit: most }), (row) => row);
  }

  @Put()
  @ApiOperation({ summary: 'Enter a colleague, or change one', description: 'The token of their next call counts again for name, handling unit and territory; a post stays. What is absent is emptied.' })
  @ApiOkResponse({ type: StaffMemberView })
  async enter(@Body() { account, name, post, department, territory }: StaffBody): Promise<StaffMemberView> {
    if (department !== undefined) await this.directory.require('department', department, 'department');
    if (territory !== undefined) await this.directory.require('territory', territory, 'territory');
    const id = personId(this.key, account);
    const entered = await saveEntered(this.sql, { personId: id, name: name.trim(), post: post ?? null, department: department ?? null, territory: territory ?? null });
    this.register.forget(id);
    return entered;
  }
}
