/** Samples from streets and public places, and what the desk refuses. Invented. */
import {
  accept, callBack, complete, contact, days, demand, dispatch, giveBack, hours, notReached, onTheSpot, progress, refuse, resident, sign, takenUp, unresolved, type SampleCase,
} from './sample-case.js';

export const streetSamples: readonly SampleCase[] = [
  {
    key: 'broken-manhole', ago: days(2), stage: 'closed',
    demand: demand('grid', 'old-market-grid-01', resident('网格员小宋', '13800004001'), '井盖破了个洞,旁边是学校', '灯市商场门口井盖破损,上学路上很危险。', { urgency: 'urgent' }),
    story: [...takenUp('urban-management', 'urgent', '城乡建设/城市建设和市政管理/城市公共设施'), complete(170, 'urban-management', '两小时内更换井盖并设围挡。'), callBack(hours(20), 5)],
  },
  {
    key: 'shared-bikes', ago: days(6), stage: 'closed',
    demand: demand('online', 'quay-one', resident('上班族小吴', '13800004002'), '共享单车堆满人行道', '码头一号门口共享单车堆成山,盲道被占。'),
    story: [...takenUp('transport', 'simple', '交通运输/客货运输/其他', ['urban-management']), complete(hours(8), 'urban-management', '已清理盲道。'), complete(hours(16), 'transport', '企业增派调度,划定停放区四处。'), callBack(days(1), 3, '早上好多了,晚上还是多。')],
  },
  {
    key: 'traffic-light', ago: days(6), stage: 'in-progress',
    demand: demand('online', 'cedar-valley-grid-01', resident('园区职工', '13800004003'), '路口红绿灯配时太短,过不了马路', '雪松科技园南门路口绿灯只有十二秒,下班时过不去。'),
    story: takenUp('traffic-police', 'simple', '政法/交通管理/交通安全管理'),
  },
  {
    key: 'river-smell', ago: days(20), stage: 'in-progress',
    demand: demand('hotline', 'riverside-grid-02', resident('沿河居民', '13800004004'), '河道发黑发臭', '滨河第二网格段河水发黑,傍晚气味很重,怀疑有偷排。'),
    story: [...takenUp('agriculture-water', 'general', '环境保护/环境污染/水污染', ['ecology']), progress(days(4), 'agriculture-water', '已开展溯源排查。'), complete(days(9), 'ecology', '水样检测氨氮超标,查获一处错接。')],
  },
  {
    key: 'night-market', ago: days(3), stage: 'answered',
    demand: demand('grid', 'lantern-mall', resident('灯市居民', '13800004005'), '夜市收摊后满地垃圾', '灯市商场外夜市收摊后竹签餐盒满地。'),
    story: [...takenUp('urban-management', 'simple', '城乡建设/城市建设和市政管理/环境卫生'), complete(days(2) + hours(20), 'urban-management', '与摊主签订门前三包,收摊后集中清扫。')],
  },
  {
    key: 'charging-fire-risk', ago: hours(28), stage: 'in-progress',
    demand: demand('grid', 'three-gardens-b2', resident('网格员小叶', '13800004006'), '楼道里给电动车充电', '三园里2号楼楼道拉飞线充电,晚上五六辆车堵着门。', { urgency: 'urgent' }),
    story: [...takenUp('fire-rescue', 'urgent', '城乡建设/安全生产/安全隐患', ['songtao-property']), progress(hours(4), 'fire-rescue', '已现场劝离并断电。')],
  },
  {
    key: 'fitness-equipment', ago: days(1), stage: 'accepted',
    demand: demand('visit', 'pear-orchard-grid-02', resident('健身队', '13800004007'), '健身器材坏了没人修', '小广场两台健身器材松动,怕伤着人。'),
    story: [contact(0), accept(90, 'simple', '教育文体/体育/体育事业')],
  },
  {
    key: 'building-permit', ago: days(3), stage: 'dispatched',
    demand: demand('online', 'hillside', resident('岭下住户', '13800004008'), '邻居加盖阳光房挡光', '邻居楼顶加盖阳光房,把我家采光挡了。'),
    story: [contact(25), accept(50, 'general', '城乡建设/城乡规划/违章建筑'), dispatch(90, 'planning', ['urban-management'])],
  },
  {
    key: 'other-city-road', ago: days(4), stage: 'refused',
    demand: demand('online', 'lanqiao', resident('自驾游客', '13800004009'), '外地高速收费不合理', '上周在外省走高速被多收了钱。'),
    story: [refuse(30, 'outside-jurisdiction', '该路段不属本区管辖,请向当地交通运输部门反映。')],
  },
  {
    key: 'court-ruling', ago: days(5), stage: 'refused',
    demand: demand('hotline', 'old-mill', resident('当事人', '13800004010'), '对法院判决不满意', '不服二审判决,要求政府改判。'),
    story: [refuse(40, 'courts-party-or-congress', '法院判决不属本平台受理范围,可依法申请再审。')],
  },
  {
    key: 'same-again', ago: days(2), stage: 'refused',
    demand: demand('online', 'willow-bank-b2', resident('重复来件人', '13800004011'), '再次要求拆除合法公厕', '第三次要求拆掉小区外公厕,没有新的情况。'),
    story: [refuse(60, 'repeated-without-new-facts', '该事项已两次答复,无新的事实和理由,不再受理。')],
  },
  {
    key: 'abusive-message', ago: days(1), stage: 'refused',
    demand: demand('online', 'north-hill', resident('匿名', undefined), '无诉求内容', '内容为辱骂,无具体诉求。'),
    story: [refuse(20, 'malicious', '来件无具体诉求且含辱骂内容,不予受理。')],
  },
  {
    key: 'street-sign', ago: hours(26), stage: 'accepted',
    demand: demand('grid', 'beacon-hill', resident('快递员', '13800004012'), '门牌号重复,快递送错', '纸鸢园外有两处同一门牌号。'),
    story: [contact(30), accept(50, 'simple', '民政/区划地名/地名管理'), dispatch(80, 'civil-affairs'), giveBack(hours(4), 'civil-affairs', '地名命名已划转规划和自然资源部门。', 'planning')],
  },
  {
    key: 'lost-and-found', ago: hours(7), stage: 'closed',
    demand: demand('station', 'bell-tower-plaza', resident('白领小魏', '13800004013'), '驿站自助机吞了材料', '自助打印机卡纸,居住证明打了一半。'),
    story: [onTheSpot(15, '工作人员当场取出并重新打印。')],
  },
  {
    key: 'road-dust', ago: days(7), stage: 'closed',
    demand: demand('hotline', 'textile-row-grid-03', resident('纺机居民', '13800004014'), '工地扬尘大,不敢开窗', '工地渣土车进出不冲洗,路面全是泥。'),
    story: [...takenUp('urban-management', 'simple', '环境保护/环境污染/大气污染', ['housing']), complete(hours(9), 'housing', '已责令工地增设冲洗台。'), complete(hours(20), 'urban-management', '增加洒水频次,处罚渣土车两辆。'), notReached(days(2))],
  },
  {
    key: 'gas-smell', ago: 35, stage: 'dispatched',
    demand: demand('hotline', 'spindle-yard-b1-s2', resident('冯大爷', '13800004015'), '楼道里有燃气味', '1号楼2单元楼道有明显燃气味。', { urgency: 'urgent' }),
    story: [contact(2), accept(4, 'urgent', '城乡建设/城市建设和市政管理/燃气供应'), dispatch(6, 'gas-company', ['housing', 'fire-rescue'])],
  },
  {
    key: 'heating-cold', ago: days(9), stage: 'rework',
    demand: demand('online', 'lakefront-grid-01', resident('常女士', '13800004016'), '家里暖气不热', '供暖半个月,客厅只有十五度。'),
    story: [...takenUp('heating-company', 'utility', '城乡建设/城市建设和市政管理/冬季采暖'), complete(hours(20), 'heating-company', '已清洗过滤网并排气。'), unresolved(days(2), 2, '只热了一天。'),
      sign(days(2) + 90, 'heating-company', 2), progress(days(3), 'heating-company', '更换立管阀门,待观察。', 2)],
  },
  {
    key: 'bus-stop-shelter', ago: 12, stage: 'registered',
    demand: demand('online', 'kite-park', resident('通勤者', '13800004017'), '公交站没有雨棚', '纸鸢园站下雨天没地方躲。'),
    story: [],
  },
  {
    key: 'playground-floor', ago: hours(6), stage: 'registered',
    demand: demand('grid', 'heron-terrace', resident('鹭台家长', '13800004018'), '儿童乐园地垫翘起来了', '鹭台小区儿童乐园地垫翘边,孩子容易绊倒。'),
    story: [contact(30)],
  },
];
