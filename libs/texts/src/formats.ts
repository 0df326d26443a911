/** How times, numbers and amounts read in a language. */
import { chinaOffset, chinaZone } from './china-time.js';
import type { Language } from './text.js';

export interface AmountOfTime {
  readonly kind: 'working' | 'elapsed';
  readonly amount: number;
  readonly unit: 'minutes' | 'hours' | 'days';
}

/** As people in the district read it. */
const day = { timeZone: chinaZone, year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const clocks: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  en: new Intl.DateTimeFormat('sv-SE', { ...day, month: '2-digit', day: '2-digit' }),
  zh: new Intl.DateTimeFormat('zh-CN', { ...day, month: 'long', day: 'numeric' }),
};

/** To the minute; `exact` to the millisecond, where the instant has seconds at all. What is no instant stays as it is. */
export const instantText = (instant: string, language: Language, exact = false): string => {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const rest = exact ? at.toISOString().slice(16, 23).replace(/\.000$/, '').replace(/^:00$/, '') : '';
  return `${clocks[language].format(at)}${rest}${language === 'en' ? ` ${chinaOffset}` : ''}`;
};

export const numberText = (value: number, language: Language, options: Intl.NumberFormatOptions = {}): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: 3, ...options }).format(value);

const workingUnits = { minutes: '个工作分钟', hours: '个工作小时', days: '个工作日' } as const;

/** `2 working days`, `36 hours`. */
export const amountText = ({ kind, amount, unit }: AmountOfTime, language: Language): string => {
  const one = unit.slice(0, -1);
  if (kind === 'elapsed') return numberText(amount, language, { style: 'unit', unit: one, unitDisplay: 'long', useGrouping: false });
  const number = numberText(amount, language, { useGrouping: false });
  return language === 'en' ? `${number} working ${amount === 1 ? one : unit}` : `${number}${workingUnits[unit]}`;
};
