import { hasWords } from '@lianban/contracts';
import { DirectoryCopy, isText, pageOfSorted } from '@lianban/service-kit';
import type { PageQuery } from '@lianban/service-kit';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CategoriesQuery, CategoryPage, DepartmentPage, DepartmentsQuery, TerritoriesQuery, TerritoryPage, territoryView } from './directory.views.js';

/** One page of entries in the order of their codes. */
const pageByCode = <Entry extends { readonly code: string }, View>(entries: readonly Entry[], query: PageQuery, show: (entry: Entry) => View) =>
  pageOfSorted(query, entries, [isText], ({ code }) => [code], show);

@ApiTags('dispatch')
@Controller('api/v1/departments')
export class DepartmentsController {
  constructor(@Inject(DirectoryCopy) private readonly directory: DirectoryCopy) {}

  @Get()
  @ApiOperation({ summary: 'The functional departments, or other handling units by kind' })
  @ApiOkResponse({ type: DepartmentPage })
  async list(@Query() query: DepartmentsQuery): Promise<DepartmentPage> {
    const kind = query.kind ?? 'department';
    return pageByCode((await this.directory.departments()).filter((department) => department.kind === kind), query, (department) => department);
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
      active === (query.active ?? true)
      && (query.kind == null || kind === query.kind)
      && (query.parent == null || parent === query.parent)
      && hasWords(query.q ?? '', code, name.zh, name.en));
    return pageByCode(matching, query, territoryView);
  }
}

@ApiTags('dispatch')
@Controller('api/v1/categories')
export class CategoriesController {
  constructor(@Inject(DirectoryCopy) private readonly directory: DirectoryCopy) {}

  @Get()
  @ApiOperation({ summary: 'Classes of demands (事项分类)' })
  @ApiOkResponse({ type: CategoryPage })
  async list(@Query() query: CategoriesQuery): Promise<CategoryPage> {
    const matching = (await this.directory.categories()).filter(({ code, active }) => active === (query.active ?? true) && hasWords(query.q ?? '', code));
    return pageByCode(matching, query, (category) => category);
  }
}
