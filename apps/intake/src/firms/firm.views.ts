import type { MaskedText } from '@lianban/contracts';
import { BooleanField, CodeField, CommandBody, NestedField, PageOf, PageQuery, TextField, UnmaskedField, DayOrInstantField } from '@lianban/service-kit';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { FirmRow } from './firm-rows.js';

export class FirmContactBody {
  @UnmaskedField({ max: 200, description: 'Whom to ask for; stays in intake', optional: true, example: 'Li Wei' })
  name?: string;

  @UnmaskedField({ max: 100, description: 'Phone number; stays in intake', optional: true, example: '13800000000' })
  phone?: string;
}

export class RegisterFirmBody extends CommandBody {
  @UnmaskedField({ max: 200, description: 'Name of the firm; stays in intake', example: 'Cedar Photonics Ltd' })
  name!: string;

  @CodeField({ description: 'Code of the building (or park) in the territory tree', example: 'cedar-park-b1' })
  building!: string;

  @TextField({ max: 50, description: 'Floor, or where in the building', optional: true, example: '12' })
  floor?: MaskedText;

  @NestedField(() => FirmContactBody, { description: 'Who is asked for there', optional: true })
  contact?: FirmContactBody;
}

export class ChangeFirmBody extends CommandBody {
  @UnmaskedField({ max: 200, description: 'New name', optional: true, example: 'Cedar Photonics Group Ltd' })
  name?: string;

  @CodeField({ description: 'Building it moved to', optional: true, example: 'cedar-park-b2' })
  building?: string;

  @TextField({ max: 50, description: 'Floor, or where in the building', optional: true, example: '3' })
  floor?: MaskedText;

  @BooleanField({ description: 'False: it has closed or left the district', optional: true, example: true })
  active?: boolean;

  @NestedField(() => FirmContactBody, { description: 'Who is asked for there now', optional: true })
  contact?: FirmContactBody;
}

export class FirmsQuery extends PageQuery {
  @CodeField({ description: 'In this building', optional: true }) building?: string;
  @UnmaskedField({ max: 200, description: 'Part of the name', optional: true }) q?: string;
  @BooleanField({ description: 'Whether it is still there', optional: true, query: true }) active?: boolean;
  @DayOrInstantField({ description: 'Only firms where nobody was met since then', optional: true }) unseenSince?: string;
}

export class FirmContactView {
  @ApiPropertyOptional({ type: String }) name?: string;
  @ApiPropertyOptional({ type: String }) phone?: string;
}

export class FirmView {
  @ApiProperty({ format: 'uuid' }) firmId!: string;
  @ApiProperty({ example: 'Cedar Photonics Ltd' }) name!: string;
  @ApiProperty({ example: 'cedar-park-b1' }) building!: string;
  @ApiPropertyOptional({ type: String, example: '12' }) floor?: string;
  @ApiProperty({ description: 'False: it has closed or left the district' }) active!: boolean;
  @ApiPropertyOptional({ type: FirmContactView }) contact?: FirmContactView;
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Last visit at which somebody was met' }) lastVisitedAt?: string;
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Version of the entry; the ETag says the same' }) version!: number;
}

export class FirmPage extends PageOf(FirmView) {}

export const toFirmView = ({ firmId, name, building, floor, active, version, contactName, phone, lastVisitedAt }: FirmRow): FirmView => ({
  firmId, name, building, floor: floor ?? undefined, active, version,
  contact: contactName === null && phone === null ? undefined : { name: contactName ?? undefined, phone: phone ?? undefined },
  lastVisitedAt: lastVisitedAt?.toISOString(),
});
