import { texts } from './text.js';

export const insightTexts = texts({
  'no-such-case-yet': { en: 'There is no such case here (yet)', zh: '该诉求件不存在或尚未同步' },
  'must-be-date-or-instant': { en: 'must be a date such as 2026-02-09 or an instant with offset such as 2026-02-09T09:00:00+08:00', zh: '必须是日期（例如 2026-02-09）或带时区的时间（例如 2026-02-09T09:00:00+08:00）' },
});
