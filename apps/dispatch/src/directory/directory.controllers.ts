import { hasWords } from '@lianban/contracts';
import { defaultLimit, DirectoryCopy, readCursor, writeCursor } from '@lianban/service-kit';
import type { PageQuery } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DepartmentPage, DepartmentsQuery, TerritoriesQuery, TerritoryPage } from './directory.views.js';

/** One page of entries in the order of their codes, which is also the key of the cursor. */
const pageByCode = <Entry extends { readonly code: string }>(entries: readonly Entry[], { limit = defaultLimit, cursor }: PageQuery) => {
  const [after] = (readCursor(cursor, 1) ?? []).filter((part) => typeof part === 'string');
  const rest = entries.filter(({ code }) => after === undefined || code > after).sort((a, b) => (a.code < b.code ? -1 : 1));
  const items = rest.slice(0, limit);
  return { items, nextCursor: rest.length > limit ? writeCursor([items.at(-1)?.code]) : undefined };
};

@ApiTags('dispatch')
@Controller('api/v1/departments')
export class DepartmentsController {
  constructor(@Inject(DirectoryCopy) private readonly directory: DirectoryCopy) {}

  @Get()
  @ApiOperation({ summary: 'The functional departments, or other handling units by kind' })
  @ApiOkResponse({ type: DepartmentPage })
  async list(@Query() query: DepartmentsQuery): Promise<DepartmentPage> {
    const kind = query.kind ?? 'department';
    return pageByCode((await this.directory.departments()).filter((department) => department.kind === kind), query);
  }
}

@ApiTags('dispatch')
@Controller('api/v1/territories')
export class TerritoriesController {
  constructor(@Inject(DirectoryCopy) private readonly directory: DirectoryCopy) {}

  @Get()
  @ApiOperation({ summary: 'Nodes of the territory tree (辖区)' })
  @ApiOkResponse({ type: TerritoryPage })
  async list(@Query() query: TerritoriesQuery): Promise<TerritoryPage> {
    const matching = (await this.directory.territories()).filter(({ code, kind, name, parent, active }) =>
      active
      && (query.kind == null || kind === query.kind)
      && (query.parent == null || parent === query.parent)
      && hasWords(query.q ?? '', code, name.zh, name.en));
    const { items, nextCursor } = pageByCode(matching, query);
    return { items: items.map(({ code, kind, name, parent }) => ({ code, kind, name, parent: parent ?? undefined })), nextCursor };
  }
}
