import { texts } from './text.js';

export const intakeTexts = texts({
  'registered-already': { en: 'The case is already registered', zh: '该诉求件已经登记' },
  'case-ended': { en: 'The case has ended', zh: '该诉求件已结束' },
  'case-ended-as': { en: 'The case has ended: it is {status:caseStatus}', zh: '该诉求件已结束：{status:caseStatus}' },
  'case-needs-status': { en: 'The case is {status:caseStatus}; this needs {allowed:or caseStatus}', zh: '该诉求件{status:caseStatus}，须为{allowed:or caseStatus}时才能办理' },
  'dispatched-so-lead-answers': { en: 'The case has been dispatched, so its lead answers it', zh: '该诉求件已派单，由主办单位答复' },
  'joined-so-not-refused': { en: 'Demands have joined this case ({joined:list plain}): it cannot be refused until they are unmerged', zh: '已有诉求并入该诉求件（{joined:list plain}），撤销并案后才能不予受理' },
  'joined-so-not-withdrawn': { en: 'Demands have joined this case ({joined:list plain}): it cannot be withdrawn until they are unmerged', zh: '已有诉求并入该诉求件（{joined:list plain}），撤销并案后才能撤回' },
  'joined-so-not-merged': { en: 'Demands have joined this case ({joined:list plain}): it cannot be merged until they are unmerged', zh: '已有诉求并入该诉求件（{joined:list plain}），撤销并案后才能并入其他诉求件' },
  'question-waits': { en: 'A question to the requester waits for its answer until {at:instant}; the next one can be asked after that', zh: '已有一条提问在等待诉求人答复，期限至{at:instant}；在此之后才能再次提问' },
  'intake-speaks-for-requester': { en: 'only intake enters what a requester said', zh: '只有受理员可以代诉求人留言' },
  'requester-asks-no-question': { en: 'is for those who handle the case', zh: '仅供承办方使用' },
  'must-be-another-case': { en: 'must be another case', zh: '不能是该诉求件本身' },
  'no-case-of-this-id': { en: 'there is no such case', zh: '该诉求件不存在' },
  'other-case-ended': { en: 'The case it is to be merged into has ended: it is {status:caseStatus}', zh: '要并入的诉求件已结束：{status:caseStatus}' },
  'is-of-status': { en: 'is {status:caseStatus}', zh: '诉求件{status:caseStatus}' },
  'merged-into': { en: 'The case is merged into {caseId}', zh: '该诉求件已并入 {caseId}' },
});
