/** Samples about people: the old, children, work, and neighbours. Invented. */
import {
  callBack, complete, contact, days, demand, hours, onTheSpot, progress, refuse, resident, sign, takenUp, unresolved, withdraw, type SampleCase,
} from './sample-case.js';

export const peopleSamples: readonly SampleCase[] = [
  {
    key: 'old-man-falls', ago: hours(33), stage: 'closed',
    demand: demand('hotline', 'magnolia-court-b1-s1', resident('保安队长老何', '13800003001'), '独居老人家中摔倒,需要帮助', '玉兰苑1号楼独居老人在家摔倒,保安已进屋,需要家庭医生,并联系在国外的儿子。', { urgency: 'urgent' }),
    story: [contact(2), onTheSpot(50, '家庭医生到场检查,无骨折;已联系其子,社区安排每日探访。')],
  },
  {
    key: 'meals-for-the-old', ago: days(16), stage: 'answered',
    demand: demand('grid', 'hillside-grid-01', resident('岭下社区老人代表', '13800003002'), '老人中午没地方吃饭', '小区七十岁以上老人一百多位,子女上班,希望利用空房办食堂。'),
    story: [...takenUp('civil-affairs', 'complex', '民政/社会服务/其他', ['market-regulation']), complete(days(9), 'market-regulation', '已指导食品经营许可办理。'), complete(days(14), 'civil-affairs', '利用闲置用房办社区食堂,一餐十二元,下月开餐。')],
  },
  {
    key: 'after-school-care', ago: days(4), stage: 'in-progress',
    demand: demand('online', 'bell-tower-grid-01', resident('双职工家长林女士', '13800003003'), '孩子放学没人接,希望办托管班', '在钟楼上班的双职工很多,孩子四点半放学没人接,希望和少年宫合办教学点。'),
    story: [...takenUp('education', 'general', '教育文体/教育行政管理/校外机构管理', ['youth-league']), progress(days(2), 'education', '与少年宫商定借用社区二楼教室。')],
  },
  {
    key: 'square-dance', ago: days(3), stage: 'closed',
    demand: demand('hotline', 'pear-orchard-grid-01', resident('马先生', '13800003004'), '广场舞音响太大', '梨园社区小广场每晚九点还在放音乐,孩子要写作业。'),
    story: [...takenUp('public-security', 'simple', '环境保护/环境污染/噪音污染'), complete(hours(22), 'public-security', '与领舞者约定晚八点半前结束,音量不超过规定。'), callBack(days(2), 4)],
  },
  {
    key: 'wages-withheld', ago: days(10), stage: 'closed',
    demand: demand('hotline', 'old-market-grid-01', resident('工人代表老邓', '13800003005'), '装修工钱拖了三个月', '灯市商场装修,十一名工人的工钱拖了三个月没发。'),
    story: [...takenUp('human-resources', 'general', '劳动和社会保障/劳动关系/农民工权益', ['trade-union']), complete(days(2), 'trade-union', '已为工人登记并提供法律援助。'),
      complete(days(4), 'human-resources', '约谈施工方,工资已全部发放。'), callBack(days(5), 5)],
  },
  {
    key: 'medical-claim', ago: hours(20), stage: 'in-progress',
    demand: demand('online', 'textile-row', resident('石阿姨', '13800003006'), '异地住院报销比例不明白', '在女儿那边住院,回来报销不知道按什么比例。'),
    story: takenUp('medical-insurance', 'simple', '劳动和社会保障/城镇居民社会保险/城镇居民医疗保险'),
  },
  {
    key: 'ramp-for-wheelchair', ago: days(8), stage: 'rework',
    demand: demand('visit', 'maple-steps-b2', resident('丁家', '13800003007'), '单元门前台阶没有坡道', '家里有轮椅,单元门前三级台阶,每次要两个人抬。'),
    story: [...takenUp('disabled-federation', 'general', '城乡建设/城市建设和市政管理/居民服务设施', ['housing']), complete(days(2), 'housing', '同意在单元门旁改造。'), complete(days(3), 'disabled-federation', '已安装活动坡道。'),
      unresolved(days(4), 2, '坡太陡,一个人推不上去。'), sign(days(4) + 180, 'disabled-federation', 2)],
  },
  {
    key: 'dog-without-leash', ago: hours(2), stage: 'registered',
    demand: demand('online', 'lakefront', resident('钱女士', '13800003008'), '遛狗不牵绳,吓到孩子', '湖边草坪傍晚很多人遛狗不牵绳,孩子被扑过一次。'),
    story: [],
  },
  {
    key: 'summer-school-place', ago: 55, stage: 'registered',
    demand: demand('station', 'riverside', resident('潘先生', '13800003009'), '随迁子女入学需要哪些材料', '刚搬来澜桥区,孩子九月上小学,想知道要准备什么材料。'),
    story: [],
  },
  {
    key: 'neighbour-piano', ago: days(1), stage: 'withdrawn',
    demand: demand('online', 'willow-bank-b1', resident('谢先生', '13800003010'), '楼上半夜弹琴', '楼上经常夜里十一点弹琴。'),
    story: [contact(30), withdraw(hours(9), '和邻居当面说好了,不用处理。')],
  },
  {
    key: 'ambulance-call', ago: days(2), stage: 'refused',
    demand: demand('hotline', 'ferry-court', resident('渡口新村居民', '13800003011'), '家人胸口疼要救护车', '家里人突然胸口疼,要叫救护车。', { urgency: 'urgent' }),
    story: [refuse(1, 'emergency-number', '已即时转接120,急救请直接拨打120。')],
  },
  {
    key: 'veteran-card', ago: days(5), stage: 'answered',
    demand: demand('station', 'spindle-yard-b1', resident('老兵老魏', '13800003012'), '优待证丢了怎么补办', '优待证遗失,想知道在哪里补办。'),
    story: [...takenUp('veterans', 'simple', '民政/优抚/其他'), complete(hours(30), 'veterans', '可在社区窗口申请补办,十五个工作日制证。')],
  },
];
