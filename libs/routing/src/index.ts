export { labelReply } from './labels/label-reply.js';
export type { Evidence, Replied, ReplyLabel } from './labels/label-reply.js';
export { crossValidate, figure, figuresOf, trainToUse } from './evaluate.js';
export type { Figure, Figures, Tried } from './evaluate.js';
export { keywordLinearModel } from './keyword-linear-model.js';
export type { DepartmentWords, KeywordTable } from './keywords.js';
export type { Candidate, Demand, Field, Judgement, RoutingModel } from './model.js';
export { readStoredModel, train, versionOf } from './train.js';
export type { Example, StoredModel } from './train.js';
