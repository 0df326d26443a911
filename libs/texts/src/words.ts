import type { Text } from './text.js';

/** Names of the codes that stand in texts, by the enumeration they are of. What the compiler finds missing here was added to the enumeration. */
export const words = {
  caseStatus: {
    'registered': { en: 'registered', zh: '已登记' },
    'accepted': { en: 'accepted', zh: '已受理' },
    'refused': { en: 'refused', zh: '不予受理' },
    'withdrawn': { en: 'withdrawn', zh: '已撤回' },
    'merged': { en: 'merged', zh: '已并案' },
    'closed': { en: 'closed', zh: '已办结归档' },
  },
  orderStatus: {
    'dispatched': { en: 'dispatched', zh: '待签收' },
    'signed': { en: 'signed', zh: '已签收' },
    'in-progress': { en: 'in-progress', zh: '办理中' },
    'completed': { en: 'completed', zh: '已办结' },
    'returned': { en: 'returned', zh: '已退单' },
    'cancelled': { en: 'cancelled', zh: '已取消' },
  },
  extensionStatus: {
    'granted': { en: 'granted', zh: '批准' },
    'refused': { en: 'refused', zh: '驳回' },
  },
  transferStatus: {
    'requested': { en: 'asked for', zh: '提出' },
    'agreed': { en: 'agreed', zh: '达成一致' },
    'declined': { en: 'declined', zh: '被谢绝' },
  },
  callBackStatus: {
    'done': { en: 'done', zh: '已完成' },
    'cancelled': { en: 'cancelled', zh: '已取消' },
  },
  clock: {
    'contact': { en: 'first contact', zh: '首次联系' },
    'sign': { en: 'signing', zh: '签收' },
    'return-window': { en: 'return window', zh: '退单' },
    'lead': { en: 'lead handling', zh: '主办' },
    'assist': { en: 'assistance', zh: '协办' },
    'milestone': { en: 'milestone', zh: '里程碑' },
    'call-back': { en: 'call-back', zh: '回访' },
    'rework': { en: 'rework', zh: '返工重办' },
  },
  level: {
    'urgent': { en: 'urgent', zh: '特急' },
    'utility': { en: 'utility', zh: '水电气暖保障' },
    'simple': { en: 'simple', zh: '简易' },
    'general': { en: 'general', zh: '普通' },
    'complex': { en: 'complex', zh: '复杂' },
  },
  urgency: {
    'normal': { en: 'normal', zh: '一般' },
    'urgent': { en: 'urgent', zh: '紧急' },
  },
  step: {
    'reminder': { en: 'reminder', zh: '催办' },
    'criticism': { en: 'criticism', zh: '通报批评' },
    'escalation': { en: 'escalation', zh: '提级' },
  },
  tier: {
    'district': { en: 'district', zh: '区' },
    'subdistrict': { en: 'subdistrict', zh: '街道' },
    'community-residential': { en: 'community-residential', zh: '居民社区' },
    'community-business': { en: 'community-business', zh: '商务社区' },
    'community-science-park': { en: 'community-science-park', zh: '科创社区' },
    'estate': { en: 'estate', zh: '小区' },
    'grid': { en: 'grid', zh: '网格' },
    'park': { en: 'park', zh: '园区' },
    'building': { en: 'building', zh: '楼宇' },
    'stairwell': { en: 'stairwell', zh: '楼道' },
  },
  time: {
    'working': { en: 'working', zh: '工作时间' },
    'elapsed': { en: 'elapsed', zh: '自然时间' },
  },
  role: {
    'requester': { en: 'requester', zh: '诉求人' },
    'intake': { en: 'intake', zh: '受理员' },
    'coordinator': { en: 'coordinator', zh: '派单员' },
    'operator': { en: 'operator', zh: '承办单位经办人' },
    'head': { en: 'head', zh: '单位负责人' },
    'callback': { en: 'callback', zh: '回访员' },
    'supervisor': { en: 'supervisor', zh: '督办员' },
    'analyst': { en: 'analyst', zh: '分析员' },
    'integrator': { en: 'integrator', zh: '对接系统' },
    'admin': { en: 'admin', zh: '管理员' },
    'system': { en: 'system', zh: '系统' },
    'grid': { en: 'grid worker', zh: '网格员' },
    'specialist': { en: 'specialist', zh: '专员' },
  },
  post: {
    'grid-worker': { en: 'grid worker', zh: '网格员' },
    'building-head': { en: 'building head', zh: '楼栋长' },
    'park-head': { en: 'park head', zh: '园区长' },
    'specialist': { en: 'specialist', zh: '专员' },
  },
  reference: {
    'department': { en: 'department', zh: '承办单位' },
    'territory': { en: 'territory', zh: '辖区' },
    'category': { en: 'category', zh: '事项分类' },
  },
} as const satisfies Record<string, Record<string, Text>>;

type Words = typeof words;
export type WordKind = keyof Words;
export type WordOf<Kind extends WordKind> = keyof Words[Kind] & string;
