/** Every text there is, by its key. A key stands in one file only; a test says so. */
import { accessTexts } from './access.js';
import { commandTexts } from './commands.js';
import { dispatchTexts } from './dispatch.js';
import { insightTexts } from './insight.js';
import { intakeTexts } from './intake.js';
import { requestTexts } from './request.js';
import { satisfactionTexts } from './satisfaction.js';
import { slaTexts } from './sla.js';

export const allTexts = { ...requestTexts, ...accessTexts, ...commandTexts, ...intakeTexts, ...dispatchTexts, ...slaTexts, ...satisfactionTexts, ...insightTexts };
export type AllTexts = typeof allTexts;
