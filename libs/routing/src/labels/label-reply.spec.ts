import { describe, expect, it } from '@jest/globals';
import { labelReply } from './label-reply.js';

const of = (reply: string, title = '路灯不亮') => labelReply({ title, text: '', reply });

describe('a reply is a label when it names one department and says that it acted', () => {
  it.each([
    ['您反映的问题已转县城管局核实、办理。', 'urban-management', 'handed over'],
    ['经核实,路灯已修复。A7县城市管理和行政执法局 2015年6月15日', 'urban-management', 'signed'],
    ['县教育局已要求学校停止补课。县教育局将加强检查。', 'education', 'named twice'],
    ['具体请咨询区医保局,电话0000-0000000。', 'medical-insurance', 'telephone'],
    ['县交警大队高度重视,已安排警力。', 'traffic-police', 'acted'],
  ])('%s', (reply, department, evidence) => {
    const label = of(reply);
    expect(label?.department).toBe(department);
    expect(label?.evidence).toContain(evidence);
  });

  it.each([
    ['names nobody', '您好!留言已收悉。'],
    ['names two', '已转县教育局、县公安局办理。'],
    ['a ministry wrote the rule', '根据国家税务总局规定执行,已转我办处理。'],
    ['a rule of the department, nothing more', '根据市物价局《收费办法》的规定,收费标准为每月50元。'],
    ['a place is named after it', '该路段位于公安局宿舍旁,我镇将尽快修复。'],
    ['a joint bureau of unclear duties', '已转县住房和城乡规划建设局办理。'],
    ['several departments in a list', '我局组织行政执法、国土、水务、环保等部门开展整治,市规划局已备案。'],
    ['the office that only passes it on', '您向县长信箱发送的来信由县电子政务办转由我局办理。'],
  ])('no label: %s', (_, reply) => expect(of(reply)).toBeUndefined());

  it('takes a joint bureau by its first duty, unless the title speaks of the second', () => {
    expect(of('已转市教育体育局调查处理。', '幼儿园乱收费')?.department).toBe('education');
    expect(of('已转市教育体育局调查处理。', '希望增设体育健身场地')?.department).toBe('culture-tourism');
    expect(of('已转县交通运输和旅游局办理。', '公交班次太少')?.department).toBe('transport');
    expect(of('已转县交通运输和旅游局办理。', '景区导游宰客')?.department).toBe('culture-tourism');
  });

  it('does not take the traffic police for the police', () => expect(of('经市公安局交警支队核实,已处罚。')?.department).toBe('traffic-police'));
});
