import { handlingUnitKinds, territoryKinds } from '@lianban/contracts';
import { BooleanField, CodeField, EnumField, PageOf, PageQuery, UnmaskedField } from '@lianban/service-kit';
import type { Territory } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class NameView {
  @ApiProperty({ example: '住房和城乡建设局' })
  zh!: string;

  @ApiProperty({ example: 'Housing and Urban-Rural Development' })
  en!: string;
}

export class DepartmentView {
  @ApiProperty({ example: 'housing' })
  code!: string;

  @ApiProperty({ enum: handlingUnitKinds, example: 'department' })
  kind!: string;

  @ApiProperty({ type: NameView })
  name!: NameView;

  @ApiProperty({ type: [String], description: 'What it answers for, as words that occur in demands', example: ['物业管理', '加装电梯'] })
  duties!: string[];

  @ApiProperty({ example: true })
  active!: boolean;
}

export class DepartmentPage extends PageOf(DepartmentView) {}

export class DepartmentsQuery extends PageQuery {
  @EnumField(handlingUnitKinds, { description: 'Kind of handling unit; the functional departments when absent', optional: true, example: 'department' })
  kind?: string;
}

export class TerritoryView {
  @ApiProperty({ example: 'riverside-grid-01' })
  code!: string;

  @ApiProperty({ enum: territoryKinds, example: 'grid' })
  kind!: string;

  @ApiProperty({ type: NameView })
  name!: NameView;

  @ApiPropertyOptional({ type: String, description: 'Absent at the root of the tree', example: 'riverside' })
  parent?: string;

  @ApiProperty({ example: true, description: 'False: retired, for old cases only' })
  active!: boolean;
}

export const territoryView = ({ code, kind, name, parent, active }: Territory): TerritoryView => ({ code, kind, name, parent: parent ?? undefined, active });

export class TerritoryPage extends PageOf(TerritoryView) {}

export class TerritoriesQuery extends PageQuery {
  @EnumField(territoryKinds, { description: 'Kind of territory', optional: true, example: 'grid' })
  kind?: string;

  @CodeField({ description: 'Direct children of this code', optional: true, example: 'riverside' })
  parent?: string;

  @UnmaskedField({ max: 100, description: 'Words that all occur, in any order, in code or names; capitals and full width make no difference', optional: true, example: 'river' })
  q?: string;
  @BooleanField({ description: 'false: the retired ones; those in use when absent', optional: true, query: true, example: true })
  active?: boolean;
}

export class CategoryView {
  @ApiProperty({ example: '城乡建设/城市建设和市政管理/路灯' })
  code!: string;

  @ApiProperty({ type: [String], minItems: 3, maxItems: 3, example: ['城乡建设', '城市建设和市政管理', '路灯'] })
  levels!: [string, string, string];

  @ApiProperty({ example: true, description: 'False: retired, for old cases only' })
  active!: boolean;
}

export class CategoryPage extends PageOf(CategoryView) {}

export class CategoriesQuery extends PageQuery {
  @UnmaskedField({ max: 100, description: 'Words that all occur, in any order, in the code', optional: true, example: '路灯' })
  q?: string;

  @BooleanField({ description: 'false: the retired ones; those in use when absent', optional: true, query: true, example: true })
  active?: boolean;
}
