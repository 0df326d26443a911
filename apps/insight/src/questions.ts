/** The SQL behind the lists and figures, for measuring how it grows. */
export { pageSql } from './cases/cases-sql.js';
export { overdueSql } from './overdue/overdue.controller.js';
export { ratesQuestion } from './rates/rates-question.js';
