/** Samples from business and science-park communities: demands of firms, many of them found by visits. Invented. */
import {
  accept, callBack, complete, contact, days, demand, dispatch, firm, giveBack, hours, progress, refuse, sign, takenUp, withdraw, type SampleCase,
} from './sample-case.js';

export const firmSamples: readonly SampleCase[] = [
  {
    key: 'residence-permits', ago: days(10), stage: 'closed',
    demand: demand('online', 'tonghe-mansion', firm('澜桥云帆软件有限公司', '13800002001', '通和大厦1203室'), '新入职员工办理居住证,希望代办', '公司本月新招员工26人,需办理居住证,工作日请假不便,希望专员代办。', { location: '通和大厦12层' }),
    story: [contact(12, '专员已联系企业,约定上门收件。'), accept(30, 'general', '政法/户籍证件/流动人口管理', true), dispatch(50, 'public-security', ['government-services'], '商务社区专员代办。'),
      sign(100, 'public-security'), sign(110, 'government-services'), progress(days(1), 'public-security', '材料已一次性收齐。'),
      complete(days(2), 'government-services', '专员上门收件26份,材料齐全。'), complete(days(3), 'public-security', '26份居住证已制证,由专员送达。'), callBack(days(4), 5, '一趟没跑,全部办好。')],
  },
  {
    key: 'outdoor-seating', ago: days(9), stage: 'closed',
    demand: demand('visit', 'quay-one', firm('码头一号咖啡店', '13800002002'), '申请门前外摆,不知道找谁批', '走访时店主反映想在门前摆六张桌子,担心被当作占道经营,希望有绿色通道。'),
    story: [contact(0), accept(45, 'simple', '城乡建设/城市建设和市政管理/城管执法', true), dispatch(60, 'urban-management', ['fire-rescue']), sign(120, 'urban-management'), sign(150, 'fire-rescue'),
      complete(hours(20), 'fire-rescue', '现场查看,不影响消防通道。'), complete(hours(26), 'urban-management', '外摆区域已划线,发放外摆标识。'), callBack(days(2), 5)],
  },
  {
    key: 'unpaid-projects', ago: days(13), stage: 'in-progress',
    demand: demand('visit', 'cedar-park-b1', firm('松果数字科技有限公司', '13800002003'), '四十个项目尾款收不回来', '走访得知企业有四十个已完工项目未收到尾款,现金流紧张,希望得到法律帮助。'),
    story: [contact(0), accept(60, 'complex', '城乡建设/建筑市场/拖欠工程款'), dispatch(90, 'justice', ['development-reform']), sign(180, 'justice'), sign(200, 'development-reform'),
      progress(days(1), 'justice', '驿站律师次日上门,梳理合同四十份。'), progress(days(6), 'justice', '已发律师函二十二份,收回八笔。'), progress(days(11), 'justice', '累计收回二十一笔。')],
  },
  {
    key: 'shuttle-bus', ago: days(7), stage: 'answered',
    demand: demand('station', 'lumen-park', firm('流明光电园管理公司', '13800002004'), '园区到地铁站没有接驳车', '园区三千多名员工上下班要走二十五分钟到地铁站,希望开通早晚接驳公交。'),
    story: [...takenUp('transport', 'general', '城乡建设/城市建设和市政管理/公共汽车', ['north-hill-office']), complete(days(2), 'north-hill-office', '已统计各企业乘车需求。'),
      complete(days(6) + hours(20), 'transport', '工作日早晚各开六班接驳车,试运行三个月。')],
  },
  {
    key: 'power-cut', ago: hours(9), stage: 'in-progress',
    demand: demand('hotline', 'abacus-park', firm('算珠科技', '13800002005'), '园区突然停电,机房靠备用电源', '园区A区停电,机房备用电源只能撑四小时。', { urgency: 'urgent' }),
    story: [contact(6), accept(10, 'utility', '城乡建设/城市建设和市政管理/电力供应'), dispatch(14, 'power-company', ['development-reform']), sign(25, 'power-company'), progress(80, 'power-company', '抢修车已到,配电柜故障。')],
  },
  {
    key: 'broadband', ago: days(5), stage: 'closed',
    demand: demand('online', 'kite-park-b1', firm('纸鸢航拍有限公司', '13800002006'), '楼里只有一家宽带运营商,速度慢', '纸鸢园1号楼只有一家宽带,上传航拍数据要一整夜。'),
    story: [...takenUp('development-reform', 'general', '科技与信息产业/电信/运营商监管'), complete(days(2), 'development-reform', '已协调另两家运营商进楼,月底前布线。'), callBack(days(3), 4)],
  },
  {
    key: 'high-tech-certificate', ago: hours(26), stage: 'dispatched',
    demand: demand('visit', 'seed-park', firm('良种基因研究所', '13800002007'), '高新技术企业认定材料咨询', '企业准备申报高新技术企业,不清楚研发费用如何归集。'),
    story: [contact(0), accept(60, 'simple', '科技与信息产业/科学技术/发展规划'), dispatch(120, 'science-technology', ['taxation'])],
  },
  {
    key: 'invoice-limit', ago: hours(3), stage: 'accepted',
    demand: demand('online', 'lanhai-centre', firm('海拓贸易行', '13800002008'), '发票限额太低,大单开不出来', '公司新签大单,发票限额不够,窗口说要等十天,能否加快。'),
    story: [contact(15), accept(40, 'simple', '经济管理/金融财税/税收征管')],
  },
  {
    key: 'canteen-smoke', ago: days(4), stage: 'dispatched',
    demand: demand('grid', 'silk-house', firm('丝行大楼业主单位', '13800002009'), '楼下餐馆油烟直排', '丝行大楼一层餐馆油烟直排后巷,楼上办公室不能开窗。'),
    story: [contact(40), accept(70, 'general', '环境保护/环境污染/大气污染'), dispatch(100, 'ecology'), giveBack(hours(20), 'ecology', '餐饮油烟执法由城市管理部门负责。', 'urban-management'), dispatch(hours(23), 'urban-management', ['ecology'])],
  },
  {
    key: 'rent-dispute', ago: days(5), stage: 'refused',
    demand: demand('online', 'grain-exchange', firm('粮行小馆', '13800002010'), '房东涨租金,要求政府出面', '房东要求涨租三成,双方已向法院起诉,希望政府出面要求降租。'),
    story: [refuse(50, 'in-legal-procedure', '该纠纷已进入诉讼程序,请依照法院程序办理;如需法律咨询可到社区驿站。')],
  },
  {
    key: 'talent-housing', ago: days(2), stage: 'withdrawn',
    demand: demand('station', 'bell-tower-plaza', firm('钟楼设计事务所', '13800002011'), '人才公寓申请名额', '公司两名设计师想申请人才公寓。'),
    story: [contact(10), accept(20, 'simple', '城乡建设/住房保障与房地产/保障性住房'), withdraw(hours(6), '已自行在网上申请成功。')],
  },
  {
    key: 'trial-lab-waste', ago: days(6), stage: 'in-progress',
    demand: demand('visit', 'cedar-park-b3', firm('雪松检测中心', '13800002012'), '实验室废液暂存点不够', '园区实验室废液暂存柜已满,处置公司一个月来一次。'),
    story: [...takenUp('ecology', 'simple', '环境保护/环境污染/危险化学品污染'), progress(days(1), 'ecology', '已约谈处置公司增加频次。')],
  },
];
