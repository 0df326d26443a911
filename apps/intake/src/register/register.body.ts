import { channels, demandKinds, requesterKinds, urgencies } from '@lianban/contracts';
import type { Channel, DemandKind, RequesterKind, Urgency } from '@lianban/contracts';
import { CodeField, CommandBody, EnumField, NestedField, Rule, UnmaskedField } from '@lianban/service-kit';
import { say } from '@lianban/texts';
import { OriginalTextField } from '../requester/original-text.js';
import type { OriginalText } from '../requester/original-text.js';

/** One plain address: no list, no line break, nothing a mail server would take for more. */
const isEmail = (value: unknown): boolean => typeof value === 'string' && /^[^\s@<>,;:"'()[\]\\]+@[^\s@<>,;:"'()[\]\\]+$/.test(value);

export class RequesterBody {
  @EnumField(requesterKinds, { description: 'Who asks (诉求人)', example: 'resident' })
  kind!: RequesterKind;

  @UnmaskedField({ max: 200, description: 'Name; stays in intake', optional: true, example: 'Zhang San' })
  name?: string;

  @UnmaskedField({ max: 100, description: 'Phone number; stays in intake', optional: true, example: '13800000000' })
  phone?: string;

  @UnmaskedField({ max: 500, description: 'Address; stays in intake', optional: true, example: 'Riverside, building 3, 501' })
  address?: string;

  @UnmaskedField({ max: 254, description: 'E-mail address, for notices; stays in intake', optional: true, example: 'zhang.san@example.org' })
  @Rule('isEmail', isEmail, say('must-be-email'))
  email?: string;
}

export class RegisterBody extends CommandBody {
  @OriginalTextField({ max: 200, description: 'Title', example: 'Lamp at the east gate is dark' })
  title!: OriginalText;

  @OriginalTextField({ max: 10_000, description: 'What is asked for', example: 'The lamp at the east gate has been out for a week.' })
  description!: OriginalText;

  @EnumField(channels, { description: 'How the demand came in (渠道)', example: 'grid' })
  channel!: Channel;

  @CodeField({ max: 200, description: 'Category code `level1/level2/level3`', optional: true, example: '城乡建设/城市建设和市政管理/城市公共设施' })
  category?: string;

  @CodeField({ description: 'Code in the territory tree (辖区)', example: 'riverside-grid-01' })
  territory!: string;

  @OriginalTextField({ max: 200, description: 'Where in the territory', optional: true, example: 'East gate' })
  location?: OriginalText;

  @NestedField(() => RequesterBody, { description: 'Who asks' })
  requester!: RequesterBody;

  @EnumField(urgencies, { description: 'Chooses the limit for the first contact; `normal` when absent', optional: true, example: 'normal' })
  urgency?: Urgency;

  @EnumField(demandKinds, { description: 'Kind of demand (诉求类型); can be set later', optional: true, example: 'complaint' })
  kind?: DemandKind;
}
