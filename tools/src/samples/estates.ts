/** Samples from the estates: pipes, lifts, lamps, and who is responsible for them. Invented, after the kinds of stories the district knows. */
import {
  accept, callBack, complete, contact, days, demand, dispatch, giveBack, hours, notReached, onTheSpot, progress, resident, sign, takenUp, unresolved, type SampleCase,
} from './sample-case.js';

export const estateSamples: readonly SampleCase[] = [
  {
    key: 'lamp-at-the-gate', ago: days(9), stage: 'closed',
    demand: demand('grid', 'riverside-grid-01', resident('周桂兰', '13800001001'), '小区东门路灯不亮,晚归看不清路', '网格走访时多位居民反映,桂苑小区东门外两盏路灯坏了半个月,老人晚上出门容易绊倒,希望尽快装好。', { location: '桂苑小区东门' }),
    story: [...takenUp('urban-management', 'simple', '城乡建设/城市建设和市政管理/城市公共设施'), progress(hours(6), 'urban-management', '照明所已到现场,线路老化,需换灯头和电缆。'),
      complete(days(2), 'urban-management', '两盏路灯已更换并完成夜间试灯。'), callBack(days(3), 5, '当晚就亮了,谢谢网格员。')],
  },
  {
    key: 'fan-repaired-on-the-spot', ago: days(6), stage: 'closed',
    demand: demand('station', 'ferry-court', resident('王秀英', '13800001002', '渡口新村2号楼1单元302'), '厨房排气扇坏了,自己换不了', '独居老人,厨房排气扇不转,做饭满屋油烟,想请人帮忙看看。', { location: '2号楼1单元' }),
    story: [contact(8), onTheSpot(95, '便民维修队上门,免费更换排气扇一台,试机正常。')],
  },
  {
    key: 'old-estate-water', ago: days(12), stage: 'in-progress',
    demand: demand('hotline', 'spindle-yard', resident('陈志刚', '13800001003'), '老院子高层经常停水,水管锈穿', '纱锭大院水管用了三十多年,四楼以上早晚没有水,墙里漏水,居民愿意商量改造办法。', { urgency: 'urgent', location: '1至3号楼' }),
    story: [contact(18), accept(40, 'complex', '城乡建设/城市建设和市政管理/自来水供应'), dispatch(70, 'agriculture-water', ['housing', 'old-mill-office'], '请街道牵头开议事会,先议后改。'),
      sign(150, 'agriculture-water'), sign(160, 'housing'), sign(200, 'old-mill-office'), progress(days(3), 'agriculture-water', '已完成管网检测,建议整体更换立管。'),
      progress(days(5), 'old-mill-office', '第一次议事会召开,形成筹资方案初稿。'), complete(days(8), 'housing', '已核对维修资金余额并出具意见。')],
  },
  {
    key: 'three-property-firms', ago: days(15), stage: 'closed',
    demand: demand('visit', 'three-gardens', resident('吴海燕', '13800001004'), '电梯绿化外墙没人管,三家物业互相推', '三园里小区有三家物业公司,电梯停了一周,绿化没人修,外墙砖掉落,找哪一家都说不归自己管。'),
    story: [contact(30), accept(60, 'general', '城乡建设/住房保障与房地产/物业服务'), dispatch(90, 'songtao-property', undefined, '先由绿化所在片区物业处理。'),
      giveBack(days(1), 'songtao-property', '电梯和外墙不在本公司服务合同范围内。', 'housing'),
      dispatch(days(1) + 60, 'housing', ['market-regulation', 'landscaping'], '由主管部门牵头明确责任。'), sign(days(1) + 120, 'housing'), sign(days(1) + 130, 'market-regulation'), sign(days(1) + 140, 'landscaping'),
      complete(days(3), 'market-regulation', '电梯已检修并恢复运行,维保责任已书面明确。'), complete(days(4), 'landscaping', '绿化带已修剪补种。'),
      complete(days(5), 'housing', '三家物业责任清单已签字公示,外墙松动部位已加固。'), callBack(days(6), 4, '责任终于说清楚了。')],
  },
  {
    key: 'elevator-stops', ago: hours(40), stage: 'in-progress',
    demand: demand('hotline', 'magnolia-court-b1', resident('赵敏', '13800001005'), '电梯一周停了三次,有人被困', '玉兰苑1号楼电梯一周内三次停在半层,昨晚一位孕妇被困二十分钟,请查清原因。', { urgency: 'urgent' }),
    story: [...takenUp('market-regulation', 'urgent', '商贸旅游/质监检验检疫/特种设备管理', ['anhe-property']), progress(hours(5), 'market-regulation', '检验员已到现场,电梯停用检测。')],
  },
  {
    key: 'parking-at-night', ago: days(8), stage: 'answered',
    demand: demand('online', 'willow-bank', resident('刘洋', '13800001006'), '晚上回来没有车位,消防通道也停满了', '柳岸花园车位不到住户的三分之一,晚上消防通道停满车,希望利用小区北侧空地增加车位。'),
    story: [...takenUp('traffic-police', 'general', '政法/交通管理/交通安全管理', ['fire-rescue', 'housing']), complete(days(2), 'fire-rescue', '消防通道已划线,违停车辆已清理。'),
      complete(days(3), 'housing', '北侧空地可作临时停车,业委会同意。'), complete(days(7) + 700, 'traffic-police', '路侧增设夜间限时泊位24个,小区北侧空地改造泊位36个。')],
  },
  {
    key: 'leaking-roof', ago: days(11), stage: 'rework',
    demand: demand('hotline', 'pear-lane-b2', resident('孙立新', '13800001007'), '顶楼漏雨,修过一次又漏', '梨花里2号楼顶楼一下雨就漏,去年修过一次,今年又漏,天花板发霉。'),
    story: [...takenUp('housing', 'general', '城乡建设/住房保障与房地产/修缮装修', ['jinbian-property']), complete(days(3), 'jinbian-property', '屋面裂缝已临时封堵。'),
      complete(days(4), 'housing', '已督促物业完成屋面修补。'), unresolved(days(6), 1, '昨天下雨还是漏。')],
  },
  {
    key: 'sewage-backs-up', ago: days(14), stage: 'closed',
    demand: demand('online', 'ferry-court-b2-s1', resident('黄丽', '13800001008', '渡口新村2号楼1单元101'), '一楼下水道反水,臭气进屋', '渡口新村2号楼一楼下水道每逢下雨反水,污水进厨房,电话13800001008,请帮忙疏通。'),
    story: [...takenUp('agriculture-water', 'simple', '城乡建设/城市建设和市政管理/基础设施'), complete(days(1), 'agriculture-water', '管道已疏通。'), unresolved(days(2), 2, '通了一天又堵。'),
      sign(days(2) + 120, 'agriculture-water', 2), complete(days(4), 'agriculture-water', '更换破损管道六米,并清淘化粪池。', 2), callBack(days(5), 4, '这次没有再反水。', 2)],
  },
  {
    key: 'stairwell-light', ago: hours(30), stage: 'closed',
    demand: demand('station', 'osmanthus-garden-b1-s2', resident('郑和平', '13800001009'), '楼道声控灯不亮', '桂苑1号楼2单元三楼声控灯坏了,晚上摸黑上楼。'),
    story: [contact(5), onTheSpot(70, '物业电工当场更换声控开关。')],
  },
  {
    key: 'water-pressure', ago: hours(5), stage: 'dispatched',
    demand: demand('online', 'heron-terrace', resident('何静', '13800001010'), '早高峰水压太低', '鹭台小区早上七点到八点水压很低,六楼热水器打不着火。', { urgency: 'urgent' }),
    story: [contact(22), accept(30, 'utility', '城乡建设/城市建设和市政管理/自来水供应'), dispatch(45, 'water-company', ['agriculture-water'])],
  },
  {
    key: 'smell-from-shaft', ago: days(7), stage: 'closed',
    demand: demand('hotline', 'lakefront-grid-02', resident('罗建国', '13800001011'), '垃圾房清运不及时,夏天臭', '湖畔第二网格垃圾房两天才清一次,苍蝇多,味道大。'),
    story: [...takenUp('urban-management', 'simple', '城乡建设/城市建设和市政管理/环境卫生'), complete(hours(20), 'urban-management', '清运改为每日两次,垃圾房已消杀。'), notReached(hours(30))],
  },
  {
    key: 'tree-blocks-window', ago: days(3), stage: 'in-progress',
    demand: demand('grid', 'textile-row-grid-02', resident('杨春梅', '13800001012'), '大树挡住窗户,白天要开灯', '纺机社区楼前樟树长到三楼,枝叶贴着窗户,蚊虫多,希望修剪。'),
    story: [...takenUp('landscaping', 'general', '城乡建设/城市建设和市政管理/园林绿化'), progress(days(1), 'landscaping', '已列入本周修剪计划。')],
  },
];
