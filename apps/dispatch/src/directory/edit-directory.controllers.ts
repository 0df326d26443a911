import { handlingUnitKinds, territoryKinds } from '@lianban/contracts';
import type { EventEnvelope } from '@lianban/contracts';
import { BooleanField, CodeField, CodeListField, CodeParam, Command, CommandBus, DirectoryCopy, EnumField, NestedField, NoPersonalNumber, UnmaskedField } from '@lianban/service-kit';
import type { Aggregate, CommandContext, CommandResult, Department, Territory } from '@lianban/service-kit';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { editCategory, editDepartment, editTerritory, evolveEntry } from './edit-entry.decider.js';
import type { Entry, EntryEvent } from './edit-entry.decider.js';
import { CategoryView, DepartmentView, TerritoryView, territoryView } from './directory.views.js';

export class NameBody {
  @UnmaskedField({ max: 100, description: 'Chinese name', example: '住房和城乡建设局' })
  @NoPersonalNumber()
  zh!: string;

  @UnmaskedField({ max: 100, description: 'English name', example: 'Housing and Urban-Rural Development' })
  @NoPersonalNumber()
  en!: string;
}

const name = { description: 'A new entry needs one', optional: true } as const;
const active = { description: 'false retires it: old cases keep it, new ones do not get it', optional: true, example: true } as const;

export class DepartmentBody {
  @EnumField(handlingUnitKinds, { description: 'Kind of handling unit; a new entry needs one', optional: true, example: 'department' })
  kind?: Department['kind'];

  @NestedField(() => NameBody, name)
  name?: NameBody;

  @CodeListField({ maxItems: 200, description: 'What it answers for, as words that occur in demands', optional: true, example: ['物业管理', '加装电梯'] })
  @NoPersonalNumber()
  duties?: string[];

  @BooleanField(active)
  active?: boolean;
}

export class TerritoryBody {
  @EnumField(territoryKinds, { description: 'Kind of territory; a new entry needs one', optional: true, example: 'grid' })
  kind?: Territory['kind'];

  @NestedField(() => NameBody, name)
  name?: NameBody;

  @CodeField({ description: 'The territory it lies in; a new entry needs one', optional: true, example: 'riverside' })
  parent?: string;

  @BooleanField(active)
  active?: boolean;
}

export class CategoryBody {
  @CodeField({ max: 200, description: 'Its three levels `level1/level2/level3`', example: '城乡建设/城市建设和市政管理/路灯' })
  @NoPersonalNumber()
  code!: string;

  @BooleanField(active)
  active?: boolean;
}

const entryStream: Aggregate<Entry> = { initialState: null, evolve: (entry, event) => evolveEntry(entry, event as EventEnvelope<EntryEvent>) };
const description = 'What is absent stays as it is. The files of the sample district do not overwrite it later. Every service knows it a moment later.';
const plain = ({ zh, en }: NameBody) => ({ zh, en });

/** Entries of the reference data, edited by an admin (docs/domain.md, "Reference data"). */
@ApiTags('dispatch')
@Controller('api/v1')
export class EditDirectoryController {
  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(DirectoryCopy) private readonly directory: Pick<DirectoryCopy, 'require' | 'territories' | 'territoryPaths'>,
  ) {}

  @Post('departments/:code')
  @HttpCode(200)
  @ApiOperation({ summary: 'Add, change or retire a department or another handling unit', description })
  @ApiOkResponse({ type: DepartmentView })
  department(@CodeParam('code') code: string, @Command() ctx: CommandContext, @Body() { kind, name: said, duties, active: inUse }: DepartmentBody): Promise<CommandResult> {
    const edit = { code, kind: kind ?? undefined, name: said ? plain(said) : undefined, duties: duties ?? undefined, active: inUse ?? undefined };
    return this.execute(ctx, `department/${code}`, (entry) => editDepartment(entry as Department | null, edit), (entry) => entry as Department);
  }

  @Post('territories/:code')
  @HttpCode(200)
  @ApiOperation({ summary: 'Add, change or retire a territory', description: `${description} The tree has one top, which stays; what holds others in use is not retired.` })
  @ApiOkResponse({ type: TerritoryView })
  async territory(@CodeParam('code') code: string, @Command() ctx: CommandContext, @Body() { kind, name: said, parent, active: inUse }: TerritoryBody): Promise<CommandResult> {
    if (parent != null) await this.directory.require('territory', parent, 'parent');
    const [all, pathOf] = await Promise.all([this.directory.territories(), this.directory.territoryPaths()]);
    const tree = { pathUp: (of: string) => pathOf(of).map((each) => each.code), activeBelow: all.filter((each) => each.parent === code && each.active).map((each) => each.code) };
    const edit = { code, kind: kind ?? undefined, name: said ? plain(said) : undefined, parent: parent ?? undefined, active: inUse ?? undefined };
    return this.execute(ctx, `territory/${code}`, (entry) => editTerritory(entry as Territory | null, edit, tree), (entry) => territoryView(entry as Territory));
  }

  @Post('categories')
  @HttpCode(200)
  @ApiOperation({ summary: 'Add or retire a class of demands', description })
  @ApiOkResponse({ type: CategoryView })
  category(@Command() ctx: CommandContext, @Body() { code, active: inUse }: CategoryBody): Promise<CommandResult> {
    return this.execute(ctx, `category/${code}`, (entry) => editCategory(entry as CategoryView | null, { code, active: inUse ?? undefined }), (entry) => entry as CategoryView);
  }

  private execute(ctx: CommandContext, streamId: string, decide: (entry: Entry) => EntryEvent[], show: (entry: Entry) => object): Promise<CommandResult> {
    return this.bus.execute({ ctx, streamId, stream: entryStream, decide: ({ state }) => decide(state), respond: ({ state }) => show(state) });
  }
}
