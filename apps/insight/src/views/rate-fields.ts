import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class BilingualName {
  @ApiProperty() zh!: string;
  @ApiProperty() en!: string;
}

export class RateView {
  @ApiProperty({ type: 'integer' }) numerator!: number;
  @ApiProperty({ type: 'integer' }) denominator!: number;
  @ApiPropertyOptional({ type: Number, minimum: 0, maximum: 1, description: 'Absent without a denominator' }) value?: number;
}
