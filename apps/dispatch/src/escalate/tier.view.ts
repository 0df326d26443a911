import { territoryKinds } from '@lianban/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { DispatchState, Tier } from '../domain/case-orders.js';

export class TierView {
  @ApiProperty({ format: 'uuid', example: '0198c0de-7f5a-7f43-9a6e-0f7d1c7c0a01' })
  caseId!: string;

  @ApiPropertyOptional({ enum: territoryKinds, example: 'subdistrict', description: 'With which the case is; absent while it was never raised' })
  tier?: Tier['kind'];

  @ApiPropertyOptional({ type: String, example: 'riverside', description: 'Code of the territory of that tier' })
  territory?: string;

  @ApiProperty({ type: 'integer', minimum: 1, example: 5, description: "Version of dispatch's part; the ETag says the same" })
  version!: number;
}

export const tierView = (caseId: string, { tier }: DispatchState, version: number): TierView => ({ caseId, tier: tier?.kind, territory: tier?.code ?? undefined, version });
