/** The rows of the rule table. Words are weighed by hand; `category` must be a code of the catalogue. */
import type { Level, Urgency } from '@lianban/contracts';

export interface DepartmentRow {
  readonly department: string;
  readonly weight: number;
  readonly words: readonly string[];
  readonly category: string;
}

const row = (department: string, weight: number, category: string, words: string): DepartmentRow =>
  ({ department, weight, category, words: words.split(' ') });

export const departmentRows: readonly DepartmentRow[] = [
  row('housing', 3, '城乡建设/住房保障与房地产/物业服务', '物业 业委会 业主委员会 维修基金 维修资金 物业费'),
  row('housing', 3, '城乡建设/住房保障与房地产/房地产开发管理', '开发商 楼盘 购房 商品房 交房 房地产 期房 烂尾 延期交付 预售 房价 房子'),
  row('housing', 3, '城乡建设/住房保障与房地产/保障性住房', '公租房 廉租房 经济适用房 保障房 公积金 限购'),
  row('housing', 3, '城乡建设/国有土地上房屋征收与补偿/房屋拆迁', '拆迁 棚改 棚户区 征收 安置房 回迁 危房 老旧小区'),
  row('housing', 2, '城乡建设/工程质量/其他', '加装电梯 房屋质量 漏水 外墙 装修 业主'),
  row('housing', 4, '城乡建设/城市建设和市政管理/燃气供应', '燃气 天然气 煤气'),
  row('public-security', 3, '政法/户籍证件/户籍管理', '户口 户籍 身份证 落户 迁户 居住证 上户 非转农 农转非 改姓 改名'),
  row('public-security', 3, '政法/社会治安/其他', '派出所 公安局 诈骗 传销 赌博 盗窃 黑社会 打架 治安 恶势力 卖淫 吸毒 涉黑 报警 立案 民警'),
  row('public-security', 2, '政法/社会治安/其他', '养犬 狗 烟花 鞭炮 扰民 噪音 噪声 广场舞'),
  row('civil-affairs', 3, '民政/社会救助/城镇低保', '低保 五保 民政 特困 孤儿 救助 困难户'),
  row('civil-affairs', 3, '民政/社会服务/殡葬管理', '殡仪馆 火葬 公墓 殡葬 墓地 坟 结婚登记 婚姻登记 养老院 敬老院 高龄补贴 老年人'),
  row('urban-management', 3, '城乡建设/城市建设和市政管理/城管执法', '城管 占道 夜宵 烧烤 排油烟 油烟 食堂 餐馆 摊点 摆摊 违建 违章建筑 乱搭 广告牌 违法建设'),
  row('urban-management', 3, '城乡建设/城市建设和市政管理/环境卫生', '垃圾 环卫 公厕 路灯 市容 扬尘 渣土 洒水车 井盖 脏乱差 亮化'),
  row('urban-management', 2, '城乡建设/城市建设和市政管理/城市公共设施', '人行道 市政 菜市场 农贸市场'),
  row('market-regulation', 3, '商贸旅游/市场监管/商品质量', '食品 假货 消费者 物价 高收费 无证经营 无照 营业执照 欺诈 退款 商标 乱收费 健身房 超市 假冒'),
  row('market-regulation', 3, '商贸旅游/质监检验检疫/特种设备管理', '电梯 特种设备 传销公司 工商 物价 涨价'),
  row('fire-rescue', 4, '城乡建设/安全生产/安全隐患', '消防 火灾 消防通道 充电桩 灭火'),
  row('health', 3, '卫生计生/医政监管/其他', '医院 医生 卫生院 诊所 医疗事故 疫苗 卫生局 卫计 护士 乡村医生 村医 病人'),
  row('health', 3, '卫生计生/人口计生/人口政策', '计划生育 二胎 准生证 独生子女 社会抚养费 生育证 再生育 计生 失独'),
  row('education', 3, '教育文体/教育行政管理/其他', '学校 小学 中学 教育局 幼儿园 学生 高中 学位 初中 学籍 校长 补课 培训机构 高考 中考 大学 学费 教材 校车 一中 二中 三中 入学 学区'),
  row('education', 3, '教育文体/教师队伍和待遇/工资福利', '教师 老师 代课 特岗 教师资格'),
  row('human-resources', 3, '劳动和社会保障/劳动关系/农民工权益', '欠薪 拖欠工资 农民工 工资 劳动合同 加班 劳动 讨薪 血汗钱 裁员 解除合同'),
  row('human-resources', 3, '劳动和社会保障/城镇职工社会保险/职工养老保险', '社保 养老保险 退休 养老金 失业 工伤 职称 就业 人才 公务员 事业单位 招聘 考试 编制 三支一扶 人社 社会保险'),
  row('justice', 3, '政法/法律服务/法律援助', '法律援助 公证 律师 司法所 调解 司法局'),
  row('justice', 1, '政法/诉讼/民事诉讼', '法院 判决 诉讼 执行难 强制执行'),
  row('finance', 3, '经济管理/金融财税/财政收支', '财政局 专项资金 集资 非法集资 银行 贷款 P2P 理财 财政 保险公司 彩票'),
  row('development-reform', 3, '经济管理/宏观调控/其他', '发改 电价 停电 供电 电网 电力 电压 变压器 用电 基站 电信 移动公司 联通 宽带 信号 网络 4G 高铁 铁路 高速公路 机场 招商 工业园 园区 发展规划 地铁'),
  row('commerce', 3, '商贸旅游/商业贸易/其他', '商务局 加油站 外贸 家政 预付卡 电商 商场 商圈 会员卡 快递 邮政'),
  row('science-technology', 3, '科技与信息产业/科学技术/发展规划', '科技局 高新技术 专利 科技 创新 孵化 知识产权'),
  row('culture-tourism', 3, '教育文体/文化/公共文化', '旅游 景区 网吧 文化 体育 健身 文物 图书馆 电视 KTV 古城 博物馆 游客 体育馆 有线 文艺'),
  row('emergency', 3, '城乡建设/安全生产/安全隐患', '安全生产 洪灾 水灾 防汛 危险化学品 安监 灾后 安全隐患 爆炸 灾情 烟花厂 山体滑坡 地质灾害 抗旱 干旱'),
  row('ecology', 3, '环境保护/环境污染/其他', '环保 污染 废气 臭气 恶臭 臭味 排污 空气 雾霾 粉尘 化工厂 养猪场 猪场 废水 异味 冶炼 尾矿 水源'),
  row('planning', 3, '国土资源/土地资源管理/土地规划', '规划 国土 土地 宅基地 耕地 不动产 房产证 产权证 两证 征地 采光 山林 办证 国土局 采砂 采石 建房 土地证 地名 复耕 矿'),
  row('transport', 3, '交通运输/建设管理/设施维护', '公路 修路 道路 涵洞 隧道 马路 公交 客运 班车 出租车 大桥 桥 通车 硬化 水泥路 省道 国道 县道 路面 乡道 村道 路段 收费站 交通局 网约车 滴滴 黑车 共享单车 汽车站 火车站 拓宽'),
  row('traffic-police', 4, '政法/交通管理/交通安全管理', '交警 交通秩序 红绿灯 信号灯 停车 驾照 驾驶证 违章停车 堵车 拥堵 车管所 单行 斑马线 超载 闯红灯 限行 车牌 摩托车 交通事故 电动车 罚款 车位 违停 逆行'),
  row('agriculture-water', 3, '农村农业/村务管理/其他', '农村 村民 村支书 村委 村干部 扶贫 贫困户 农业 水库 种粮 粮食补贴 养殖 水利 异地搬迁 易地搬迁 移民 合作社 农田 村里 村主任 种植 林业 能繁母猪 新农村 农民'),
  row('agriculture-water', 3, '城乡建设/城市建设和市政管理/自来水供应', '自来水 停水 饮水 供水 水费 排水 下水道 污水 河道 水管 内涝 积水 河水 水质'),
  row('landscaping', 3, '城乡建设/城市建设和市政管理/园林绿化', '绿化 公园 树木 园林 绿地 花草 行道树'),
  row('data-resources', 3, '科技与信息产业/信息化建设/互联网运营管理', '网站 微信公众号 APP 信息公开 数据 一卡通 信息化 网上办理 公众号 系统'),
  row('petition', 2, '党务政务/其他/其他', '信访 上访 举报 腐败 贪污 受贿 纪委 不作为 滥用职权 官员 领导干部 历史遗留 违纪 以权谋私 干部作风'),
  row('veterans', 4, '民政/复退安置/转业退伍安置', '退伍 退役 复员 军人 优抚 参战 转业 当兵 兵役 军属 烈士 老兵'),
  row('medical-insurance', 4, '劳动和社会保障/城镇居民社会保险/新农村合作医疗', '医保 新农合 合医 报销 农合 医疗保险 大病 生育保险 合作医疗 医疗保障 特殊门诊'),
  row('taxation', 4, '经济管理/金融财税/税收征管', '税务 发票 契税 个税 税费 偷税 漏税 纳税 地税 国税 税收'),
  row('disabled-federation', 4, '民政/社会救助/其他', '残疾 残联 无障碍 盲道 轮椅 聋哑 康复'),
  row('women-federation', 4, '党务政务/群众团体/妇联工作', '妇联 家暴 家庭暴力 妇女 离婚 留守儿童'),
  row('trade-union', 4, '党务政务/群众团体/工会工作', '工会 下岗 改制 职工 工龄 买断 国企'),
  row('youth-league', 4, '党务政务/群众团体/共青团工作', '共青团 志愿者 少年宫 志愿服务 团委 青少年 青年'),
  row('government-services', 3, '党务政务/其他/其他', '政务中心 政务大厅 办事大厅 12345 热线 服务态度 窗口 审批 办事效率 公章 证明 办理流程 便民服务'),
];

/** Read from the top, the first that applies; without any it is `general`. Words of the title count; in a long text they may be there by the way. */
export const levelRows: readonly { level: Level; urgency: Urgency; words: readonly string[] }[] = [
  { level: 'urgent', urgency: 'urgent', words: ['坍塌', '倒塌', '泄漏', '爆炸', '火灾', '中毒', '触电', '塌方', '被困', '生命危险', '危及', '高压线', '险情', '病危'] },
  { level: 'utility', urgency: 'urgent', words: ['停水', '停电', '断水', '断电', '停气', '没水', '无水', '供水', '供电', '供气', '暖气', '电压', '水管', '自来水', '饮水'] },
  { level: 'complex', urgency: 'normal', words: ['拆迁', '征收', '征地', '规划', '改造', '历史遗留', '房产证', '产权', '两证', '安置', '改制', '重建', '修建', '新建', '搬迁', '拓宽', '烂尾', '建设', '补偿', '污染', '集资'] },
  { level: 'simple', urgency: 'normal', words: ['咨询', '询问', '请问', '如何', '什么时候', '何时', '怎么', '能否', '是否', '吗？', '吗', '政策'] },
];

/** When no word is known the hotline's own department looks at it. */
export const onlyIfNothingElse = { department: 'government-services', category: undefined } as const;
