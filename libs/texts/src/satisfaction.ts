import { texts } from './text.js';

export const satisfactionTexts = texts({
  'no-such-call-back': { en: 'There is no such call-back', zh: '该回访不存在' },
  'no-such-outcome': { en: 'There is no such outcome', zh: '该回访结果不存在' },
  'call-back-by-others': { en: 'Someone outside the handling unit must call the requester back', zh: '须由承办单位以外的人员回访诉求人' },
  'call-back-is': { en: 'The call-back is {status:callBackStatus}', zh: '该回访{status:callBackStatus}' },
  'demand-has-left': { en: 'The demand has left the case', zh: '该诉求已不在本诉求件中' },
  'outcome-contradicts-itself': { en: 'The outcome contradicts itself', zh: '回访结果前后矛盾' },
  'required-when-reached': { en: 'is required when the requester was reached', zh: '联系上诉求人时必须填写' },
  'absent-when-not-reached': { en: 'must be absent when the requester was not reached', zh: '未联系上诉求人时不能填写' },
});
