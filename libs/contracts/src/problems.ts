/**
 * Every error code a caller can meet, with its title. The HTTP status belongs to `service-kit`; the domain throws codes only.
 * `code` is stable: clients may branch on it.
 */
export const problemTitles = {
  'validation-failed': { en: 'The request is not valid', zh: '请求内容不合规' },
  'malformed-request': { en: 'The request could not be read', zh: '请求无法解析' },
  'request-timeout': { en: 'The request did not come in time', zh: '请求未在时限内到达' },
  'headers-too-large': { en: 'Address and headers are too large', zh: '地址和请求头过大' },
  'unauthenticated': { en: 'A valid bearer token is required', zh: '需要有效的访问令牌' },
  'forbidden': { en: 'Your role does not allow this', zh: '无权执行该操作' },
  'not-found': { en: 'Not found', zh: '未找到' },
  'method-not-allowed': { en: 'Method not allowed', zh: '不支持该方法' },
  'payload-too-large': { en: 'The request is too large', zh: '请求内容过大' },
  'unsupported-media-type': { en: 'The content type is not supported', zh: '不支持的内容类型' },
  'not-acceptable': { en: 'None of the accepted formats can be produced', zh: '无法提供所要求的格式' },
  'state-conflict': { en: 'The current state does not allow this command', zh: '当前状态不允许该操作' },
  'concurrent-change': { en: 'Someone else changed it at the same time', zh: '同时被他人修改,请重试' },
  'precondition-failed': { en: 'The state has changed since it was read', zh: '内容已被更新,请刷新后重试' },
  'idempotency-key-reused': { en: 'The Idempotency-Key was used with another request', zh: '幂等键已用于其他请求' },
  'unknown-reference': { en: 'A code or id in the request is not known', zh: '引用的编码不存在' },
  'occurred-at-not-allowed': { en: 'occurredAt is not allowed here', zh: '不允许补录该时间' },
  'return-window-closed': { en: 'The window for returning has closed', zh: '退单时限已过' },
  'extension-too-late': { en: 'The deadline has passed', zh: '已超过办理期限,不能延期' },
  'extension-cap': { en: 'No more extension is allowed', zh: '超出允许的延期总量' },
  'assistants-open': { en: 'An assistant has not finished', zh: '协办尚未办结' },
  'call-back-by-handling-unit': { en: 'The handling unit may not call back', zh: '承办单位不得自行回访' },
  'invalid-consistency-token': { en: 'The consistency token is not ours', zh: '一致性令牌无效' },
  'read-model-behind': { en: 'The view has not caught up yet', zh: '数据尚未同步,请稍后重试' },
  'policy-incomplete': { en: 'The policy is not complete', zh: '时限规则不完整' },
  'calendar-invalid': { en: 'The calendar is not possible', zh: '工作日历不合理' },
  'service-unavailable': { en: 'The service is not available right now', zh: '服务暂不可用' },
  'internal-error': { en: 'Something went wrong on our side', zh: '系统内部错误' },
} as const satisfies Record<string, { en: string; zh: string }>;

export type ProblemCode = keyof typeof problemTitles;

/** A broken rule. Carries no HTTP number; one filter in `service-kit` maps it to problem details. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly errors: readonly { field: string; reason: string }[] = [],
  ) {
    super(message);
  }
}
