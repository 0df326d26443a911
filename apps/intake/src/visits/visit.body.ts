import { demandKinds, postKinds, urgencies } from '@lianban/contracts';
import type { DemandKind, Post, Urgency } from '@lianban/contracts';
import { BooleanField, CodeField, CommandBody, EnumField, KeyField, NestedField, NestedListField, UncheckedListField, UnmaskedField, UuidField } from '@lianban/service-kit';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

export class HouseholdBody {
  @UnmaskedField({ max: 100, description: 'Building, where the territory is not one; stays in intake', optional: true, example: 'Building 3' })
  building?: string;

  @UnmaskedField({ max: 100, description: 'Door; stays in intake', example: '2-501' })
  door!: string;

  @UnmaskedField({ max: 200, description: 'Who was met; stays in intake', optional: true, example: 'Zhang San' })
  name?: string;

  @UnmaskedField({ max: 100, description: 'Phone number; stays in intake', optional: true, example: '13800000000' })
  phone?: string;
}

export class FoundDemandBody {
  @OriginalTextField({ max: 200, description: 'Title', example: 'Forty finished projects are not paid' })
  title!: OriginalText;

  @OriginalTextField({ max: 10_000, description: 'What is asked for', example: 'Forty projects were finished last year and are not paid yet.' })
  description!: OriginalText;

  @CodeField({ max: 200, description: 'Category code `level1/level2/level3`', optional: true, example: '城乡建设/城市建设和市政管理/城市公共设施' })
  category?: string;

  @OriginalTextField({ max: 200, description: 'Where in the territory', optional: true, example: 'Twelfth floor' })
  location?: OriginalText;

  @EnumField(urgencies, { description: '`normal` when absent', optional: true, example: 'normal' })
  urgency?: Urgency;

  @EnumField(demandKinds, { description: 'Kind of demand (诉求类型)', optional: true, example: 'help' })
  kind?: DemandKind;
}

export class VisitBody extends CommandBody {
  @UuidField({ description: 'Firm that was visited; without one, `household` is needed', optional: true, example: '6b0f9a52-0d7d-4d53-9f5c-5f6f0b1d2c31' })
  firmId?: string;

  @NestedField(() => HouseholdBody, { description: 'Household that was visited', optional: true })
  household?: HouseholdBody;

  @CodeField({ description: 'Code of the building, stairwell, estate, park or grid of a household; of a firm it is its building', optional: true, example: 'osmanthus-garden-b3' })
  territory?: string;

  @UuidField({ description: 'Plan that the visit counts for', optional: true })
  planId?: string;

  @EnumField(postKinds, { description: 'Post in which it was made (岗位); absent: grid worker, or specialist, by the role', optional: true, example: 'specialist' })
  post?: Post;

  @CodeField({ description: 'Portfolio of a specialist (条线)', optional: true, example: 'economy' })
  portfolio?: string;

  @BooleanField({ description: 'Whether somebody was there; true when absent', optional: true, example: true })
  met?: boolean;

  @OriginalTextField({ max: 20_000, description: 'What was talked about', optional: true, example: 'Business is good, payment is late.' })
  note?: OriginalText;

  @NestedListField(FoundDemandBody, { description: 'Demands that were found. Each becomes a case of channel `visit`', optional: true, maxItems: 10 })
  demands?: FoundDemandBody[];
}

/** A visit with the key under which the device has written it down. */
export class VisitRecordBody extends VisitBody {
  @KeyField({ description: 'Idempotency key of this record, as the header of the single call: the same key gives the same answer', example: 'tablet-7/2026-03-02/0012' })
  key!: string;
}

export class VisitsBody {
  @UncheckedListField(VisitRecordBody, { description: 'Each is checked and answered by itself', maxItems: 500 })
  records!: unknown[];
}
