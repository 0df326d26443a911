import { texts } from './text.js';

/** Who may: tokens, roles, and which cases somebody reads. */
export const accessTexts = texts({
  'no-token': { en: 'Send a header `Authorization: Bearer <token>`.', zh: '请在请求头中提供 `Authorization: Bearer <token>`。' },
  'token-not-valid': { en: 'The bearer token is not valid: {why:message}.', zh: '访问令牌无效：{why:message}。' },
  'token-expired': { en: 'it has expired ("exp")', zh: '已过期（`exp`）' },
  'token-claim-not-valid': { en: 'the claim "{claim}" is missing or not valid here', zh: '声明“{claim}”缺失或不符合要求' },
  'token-not-verified': { en: 'its signature or form is not accepted here', zh: '签名或格式不被接受' },
  'token-lacks-claim': { en: 'The bearer token lacks a valid claim: {claims:list plain}.', zh: '访问令牌缺少有效的声明：{claims:list plain}。' },
  'keys-away': { en: "The identity provider's keys can't be reached right now. Try again.", zh: '暂时无法取得身份认证服务的密钥，请稍后重试。' },
  'no-caller': { en: 'A command needs a caller.', zh: '操作须有操作人。' },
  'needs-role': { en: 'This needs the role {allowed:or role}; yours is {role:role}.', zh: '该操作须由{allowed:or role}办理，您的角色是{role:role}。' },
  'of-another-department': { en: 'This belongs to {department:department}; you act for {own:department}.', zh: '该事项属于{department:department}，您代表的是{own:department}。' },
  'of-a-department': { en: 'This belongs to {department:department}; you belong to no department.', zh: '该事项属于{department:department}，您不属于任何承办单位。' },
  'department-out-of-reach': { en: '{department:department} has never had a work order in this case.', zh: '{department:department}没有承办过该诉求件，不能查看。' },
  'no-department-out-of-reach': { en: 'You belong to no department, so you cannot read cases.', zh: '您不属于任何承办单位，不能查看诉求件。' },
  'department-may-not-contact': {
    en: '{department:department} has no open work order in this case. Only intake, or a unit that has the case, makes the first contact.',
    zh: '{department:department}在该诉求件中没有未办结的工单：首次联系由受理员或正在承办的单位进行。',
  },
  'no-department-may-not-contact': {
    en: 'You belong to no department. Only intake, or a unit that has the case, makes the first contact.',
    zh: '您不属于任何承办单位：首次联系由受理员或正在承办的单位进行。',
  },
  'relations-behind': { en: 'The units of this case are still being loaded; try again in a moment.', zh: '该诉求件的承办关系正在同步，请稍后重试。' },
});
