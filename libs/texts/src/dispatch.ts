import { texts } from './text.js';

export const dispatchTexts = texts({
  'no-such-work-order': { en: 'There is no such work order', zh: '该工单不存在' },
  'no-such-department': { en: 'There is no such department', zh: '该承办单位不存在' },
  'not-accepted': { en: 'The case has not been accepted', zh: '该诉求件尚未受理' },
  'clocks-behind': { en: 'The clocks have not caught up with the last change of this case; nothing was done. Try again in a moment.', zh: '该诉求件的时限尚未更新完成，本次未作任何改动，请稍后重试。' },
  // Sending it to a lead and assistants.
  'lead-assists-itself': { en: 'the lead can not assist itself', zh: '主办单位不能同时作为协办单位' },
  'department-named-twice': { en: 'a department is named twice', zh: '协办单位重复' },
  'department-has-case': { en: '{department:department} has the case', zh: '该诉求件正由{department:department}主办' },
  'waits-for-call-back': { en: 'The case is answered and waits for its call-back', zh: '该诉求件已答复，正等待回访' },
  'ruling-needed': {
    en: 'The case was returned {returns} times. After {most} returns it is not dispatched again: the coordinator rules who handles it',
    zh: '该诉求件已退单 {returns} 次；满 {most} 次后不再派单，须由派单员裁定承办单位',
  },
  'bound-by-ruling': { en: 'The ruling of {at:instant} names this department: it can not return the case', zh: '{at:instant} 的裁定已确定由该单位承办，不能退单' },
  // Work orders.
  'order-needs-status': { en: 'The work order is {status:orderStatus}; this needs {allowed:or orderStatus}', zh: '该工单{status:orderStatus}，须为{allowed:or orderStatus}时才能办理' },
  'order-of-earlier-round': { en: 'The work order is of round {order}; the case is in round {now}', zh: '该工单属于第 {order} 轮办理，诉求件已进入第 {now} 轮' },
  'no-milestones': { en: 'the case has no milestones', zh: '该诉求件没有里程碑' },
  'no-such-milestone': { en: 'the case has no such milestone, only {known:list plain}', zh: '该诉求件没有这个里程碑，只有：{known:list plain}' },
  'return-window-over': { en: 'An order can be returned within 2 working days of its issue, {issuedAt:instant}', zh: '工单须在派发后 2 个工作日内退单，该工单派发于 {issuedAt:instant}' },
  'assistants-not-finished': { en: 'Not finished: {departments:list department}', zh: '协办单位尚未办结：{departments:list department}' },
  // Holding.
  'nobody-has-case': { en: 'Nobody has the case: only what is being handled can be held', zh: '该诉求件无承办单位，只有办理中的诉求件才能挂账' },
  'on-hold-until': { en: 'The case is on hold already, until {at:instant}', zh: '该诉求件已经挂账，至 {at:instant}' },
  'was-on-hold-until': { en: 'The case was on hold until {at:instant}', zh: '该诉求件挂账至 {at:instant}' },
  'review-after-beginning': { en: 'must lie after the beginning of the hold', zh: '必须晚于挂账开始的时间' },
  'review-within-days': { en: 'must lie within {days} days', zh: '必须在 {days} 天以内' },
  'due-before-hold': { en: 'The case was due {dueAt:instant}. A hold must begin before that', zh: '该诉求件已于 {dueAt:instant} 到期，挂账须在到期之前' },
  'not-on-hold': { en: 'The case is not on hold', zh: '该诉求件没有挂账' },
  // A later deadline.
  'no-such-extension': { en: 'There is no such request for an extension', zh: '该延期申请不存在' },
  'extension-waits': { en: 'An extension of this order waits for its decision', zh: '该工单已有延期申请等待审批' },
  'not-own-extension': { en: 'You asked for this extension: somebody else grants it', zh: '本人提出的延期申请须由他人审批' },
  'extension-in-other-time': { en: 'The extension was asked for in {asked:time} time, and the deadline counts {counted:time} time now. Ask for it anew', zh: '延期按{asked:time}申请，而期限现按{counted:time}计算，请重新申请' },
  'extension-decided': { en: 'The extension has been {status:extensionStatus}', zh: '该延期申请已{status:extensionStatus}' },
  'deadline-passed': { en: 'It was due {dueAt:instant}; an extension is asked for and granted before that', zh: '期限已于 {dueAt:instant} 届满，延期须在此之前申请并批准' },
  'second-extension-by-coordinator': { en: 'A second extension is decided by the coordinator', zh: '再次延期须由派单员审批' },
  'first-extension-by-head': { en: 'The first extension is decided by the head of {department:department}', zh: '首次延期须由{department:department}的单位负责人审批' },
  'no-extension-possible': { en: 'This deadline can not be extended', zh: '该期限不能延期' },
  'extension-over-cap': {
    en: 'Extensions of this deadline may add {cap:amount} in all, that is {most} minutes; {before} are granted, and this one is of {asked}',
    zh: '该期限最多可延期{cap:amount}，即 {most} 分钟；已批准 {before} 分钟，本次申请 {asked} 分钟',
  },
  'no-working-days-in-elapsed-time': { en: 'must be absent: this deadline counts elapsed time, so say until', zh: '不能填写：该期限按自然时间计算，请填写 `until`' },
  'no-until-beside-working-days': { en: 'must be absent: workingDays says how much', zh: '不能填写：已填写 `workingDays`' },
  'working-days-or-until': { en: 'or until is required', zh: '与 `until` 须填写一项' },
  'until-is-required': { en: 'is required: this deadline counts elapsed time', zh: '必须填写：该期限按自然时间计算' },
  'until-within-a-year': { en: 'must be within a year of the deadline there is', zh: '距现有期限不能超过一年' },
  'until-later-in-working-time': { en: 'must be later by some working time than the deadline there is, {dueAt:instant}', zh: '至现有期限 {dueAt:instant} 之间须有工作时间' },
  'until-later': { en: 'must be after the deadline there is, {dueAt:instant}', zh: '必须晚于现有期限 {dueAt:instant}' },
  // Raising it to a higher tier.
  'no-tier-above': { en: 'there is no {tier:tier} above the case, only {above:list tier}', zh: '该诉求件上级没有{tier:tier}，只有：{above:list tier}' },
  'nothing-above': { en: 'there is no {tier:tier} above the case, and nothing else', zh: '该诉求件上级没有{tier:tier}，已是最高层级' },
  'with-tier-already': { en: 'The case is with the {tier:tier} already', zh: '该诉求件已提级至{tier:tier}' },
});
